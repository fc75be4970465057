/* Two runs on one page: what an indicator was, what it is, and why two numbers may not stand side by side. */

function createComparison(app) {
  const { model, language, numbers, store } = app;
  const { t, pick } = language;
  const { before } = model;
  if (!before) return null;
  const own = (object, key) => (object && Object.hasOwn(object, key) ? object[key] : null);
  const entryOf = (indicator) => own(before.changes, indicator);

  /* One change of an indicator: of the city, or of a district. */
  function change(indicator, district) {
    const entry = entryOf(indicator);
    return district === null || district === undefined ? entry?.city ?? null : own(entry?.districts, district);
  }

  /* Why the two runs are not drawn side by side for an indicator; nothing where they are. */
  function obstacles(indicator) {
    if (indicator === null) return [];
    const entry = entryOf(indicator);
    if (!entry) return [];
    const all = entry.city ? [entry.city] : Object.values(entry.districts);
    return all.length && all.every((one) => one.obstacles.length) ? all[0].obstacles : [];
  }

  function oldValue(indicator, district) {
    const one = change(indicator, district);
    return one && !one.obstacles.length && !obstacles(indicator).length ? one.old?.value : undefined;
  }

  /* A difference with its sign; shares differ by percentage points. */
  function difference(value, unit) {
    if (!numbersExist(value)) return '–';
    const text = numbers.number(Math.abs(value), unit);
    const zero = !/[1-9]/.test(text);
    const name = unit === 'ratio' ? t('points') : numbers.unitName(unit);
    return `${zero ? '±' : value > 0 ? '+' : '−'}${text}${name ? `\u00a0${name}` : ''}`;
  }

  function verdict(one) {
    if (one.better === null || one.better === undefined) return '';
    return t(one.better ? 'change_better' : 'change_worse');
  }

  /* Old, new and change of the value, its part and its whole. */
  function block(indicator, district) {
    const one = change(indicator.id, district);
    const title = h('h3', {}, t('title_change'));
    if (!one) return h('section', { class: 'block change' }, title, h('p', { class: 'hint' }, t('change_missing')));
    const barred = one.obstacles.length ? one.obstacles : obstacles(indicator.id);
    const rows = [['value', one.unit, one.unit], ['part', one.old?.part_unit, one.new?.part_unit], ['whole', one.old?.whole_unit, one.new?.whole_unit]]
      .filter(([key]) => key === 'value' || numbersExist(one.old?.[key]) || numbersExist(one.new?.[key]))
      .map(([key, then, now]) => h('tr', {}, h('th', { scope: 'row' }, t(`change_${key}`)),
        h('td', {}, one.old ? numbers.withUnit(one.old[key], then) : '–'), h('td', {}, one.new ? numbers.withUnit(one.new[key], now) : '–'),
        h('td', { class: 'delta' }, barred.length ? '–' : difference(one[key], now ?? then))));
    const [then, now] = before.labels;
    return h('section', { class: 'block change' }, title,
      h('table', { class: 'change-table' }, h('thead', {}, h('tr', {}, h('td', {}), ...[pick(then), pick(now), t('change_difference')].map((text) => h('th', { scope: 'col' }, text)))), h('tbody', {}, ...rows)),
      barred.length ? refusal(barred) : verdict(one) ? h('p', { class: `better ${one.better ? 'MET' : 'MISSED'}` }, `${one.value > 0 ? '↑' : '↓'} ${verdict(one)}`) : null);
  }

  function refusal(reasons) {
    return h('div', { class: 'flag', role: 'note' }, h('b', {}, t('not_comparable')), h('ul', { class: 'bullets' }, ...reasons.map((one) => h('li', {}, pick(one)))));
  }

  /* One line for a card. */
  function line(indicator) {
    const one = change(indicator.id, null);
    if (indicator.binding || !one) return null;
    if (one.obstacles.length) return h('span', { class: 'card-change barred' }, t('not_comparable'));
    if (!numbersExist(one.value)) return null;
    const mark = one.better === true ? 'MET' : one.better === false ? 'MISSED' : 'NO_TARGET';
    return h('span', { class: 'card-change' }, h('span', {}, `${pick(before.labels[0])} ${numbers.withUnit(one.old.value, one.unit)}`), h('b', { class: mark }, [difference(one.value, one.unit), verdict(one)].filter(Boolean).join(' · ')));
  }

  const still = ({ one }) => Number(!one.obstacles.length && !(Math.abs(one.value) > 1e-9 * Math.abs(one.old?.value ?? 0)));

  /* Every change as rows of a table, indicators that only one run has among them; what stayed as it was last. */
  function rows() {
    return Object.entries(before.changes).flatMap(([id, entry]) => [[null, entry.city], ...Object.entries(entry.districts)]
      .filter(([, one]) => one && (one.old || one.new))
      .map(([district, one]) => ({ id, district, one, title: entry.title })))
      .sort((a, b) => still(a) - still(b));
  }

  const active = () => Boolean(store.get().swipe?.runs) && !obstacles(store.get().indicator).length;

  return { before, change, obstacles, oldValue, difference, verdict, block, refusal, line, rows, active };
}
