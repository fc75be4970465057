/* The two languages: sentences by key, data by pair. */

function createLanguage(texts, first) {
  let lang = first;

  function pick(pair) {
    if (pair === null || pair === undefined) return '';
    return visible(typeof pair === 'object' ? pair[lang] ?? '' : String(pair));
  }

  function t(key, values) {
    const pair = texts[key];
    const text = pair ? pick(pair) : key;
    if (!values) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? visible(String(values[name])) : whole));
  }

  function translateStatic(root) {
    for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
    for (const element of root.querySelectorAll('[data-t-label]')) {
      const text = t(element.dataset.tLabel);
      element.setAttribute('aria-label', text);
      if (element.tagName === 'INPUT') element.placeholder = text;
    }
  }

  return {
    t,
    pick,
    translateStatic,
    is: () => lang,
    use(next) {
      lang = next === 'en' ? 'en' : 'zh';
      document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    },
    locale: () => (lang === 'zh' ? 'zh-CN' : 'en-GB'),
  };
}
