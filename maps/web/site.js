/* The front page over several runs: cards and a scoreboard to sort. */

const VERDICTS = ['MET', 'MISSED', 'NO_DATA', 'NO_TARGET'];

function startSite() {
  const model = JSON.parse(byId('shanhai-data').textContent);
  const language = createLanguage(model.texts, model.lang);
  const numbers = createNumbers(language, model.units);
  const app = { language, numbers };
  const { t, pick } = language;
  let sort = { column: 'name', up: true };

  function draw() {
    language.use(language.is());
    document.title = pick(model.title);
    byId('title').textContent = pick(model.title);
    byId('facts').textContent = t('runs', { count: model.runs.length });
    byId('actions').replaceChildren(h('button', { type: 'button', class: 'language', lang: language.is() === 'zh' ? 'en' : 'zh-CN', on: { click: switchLanguage } }, t('other_language')));
    byId('board').replaceChildren(
      model.runs.length ? h('section', { class: 'runs', 'aria-label': t('all_runs') }, ...model.runs.map(card)) : h('p', { class: 'hint' }, t('no_runs')),
      model.runs.length ? board() : '');
  }

  function switchLanguage() {
    language.use(language.is() === 'zh' ? 'en' : 'zh');
    draw();
    document.querySelector('.language').focus();
  }

  function card(run) {
    const count = (verdict) => run.counts[verdict] ?? 0;
    return h('a', { class: 'run', href: run.href },
      h('h2', {}, pick(run.name)),
      run.synthetic ? h('span', { class: 'badge' }, t('synthetic')) : null,
      h('p', {}, [run.as_of ? t('as_of', { date: run.as_of }) : t('no_date'), `${t('run_id')} ${run.run_id}`].join(' · ')),
      h('div', { class: 'proportion', 'aria-hidden': 'true' }, ...VERDICTS.map((verdict) => h('i', { class: verdict, style: { 'flex-grow': String(count(verdict)) } }))),
      h('div', { class: 'tally' }, ...VERDICTS.map((verdict) => h('span', {}, statusSign(app, verdict), `${t(`status_${verdict}`)} ${count(verdict)}`))));
  }

  function columns() {
    return [
      { id: 'name', head: t('city_name'), of: (run) => pick(run.name) },
      { id: 'as_of', head: t('date'), of: (run) => run.as_of },
      ...VERDICTS.map((verdict) => ({ id: verdict, head: t(`status_${verdict}`), of: (run) => run.counts[verdict] ?? 0 })),
      ...model.indicators.map((one) => ({ id: `indicator ${one.id}`, head: pick(one.title), unit: numbers.unitName(one.unit), of: (run) => run.values[one.id]?.value ?? null, show: (run) => measured(run.values[one.id], one.unit) })),
    ];
  }

  function measured(value, unit) {
    if (!value) return h('span', { class: 'absent' }, '–');
    return h('span', { class: 'value' }, statusSign(app, value.status), numbers.number(value.value, unit));
  }

  function board() {
    const all = columns();
    const by = all.find(({ id }) => id === sort.column) ?? all[0];
    const rows = [...model.runs].sort((a, b) => compare(by.of(a), by.of(b)) * (sort.up ? 1 : -1));
    return h('section', { class: 'score', tabindex: 0, 'aria-label': t('scoreboard') }, h('table', {},
      h('caption', {}, t('scoreboard')),
      h('thead', {}, h('tr', {}, ...all.map(head))),
      h('tbody', {}, ...rows.map((run) => h('tr', {}, ...all.map((column, at) => (at ? h('td', {}, column.show ? column.show(run) : column.of(run) ?? t('no_date')) : h('th', { scope: 'row' }, h('a', { href: run.href }, column.of(run))))))))));
  }

  function head({ id, head: text, unit }) {
    const state = sort.column === id ? (sort.up ? 'ascending' : 'descending') : 'none';
    return h('th', { scope: 'col', 'aria-sort': state }, h('button', { type: 'button', on: { click: () => sortBy(id) } }, text, unit ? h('small', {}, unit) : null));
  }

  function sortBy(id) {
    sort = { column: id, up: sort.column === id ? !sort.up : true };
    const place = columns().findIndex((column) => column.id === id);
    draw();
    document.querySelectorAll('.score thead button')[place].focus();
  }

  function compare(a, b) {
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), language.locale());
  }

  draw();
}

startSite();
