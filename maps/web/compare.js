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

  /* A number that rounds to zero is no change: it has no sign and is neither better nor worse. */
  const shows = (text) => /[1-9]/.test(text);

  /* A difference with its sign; shares differ by percentage points. */
  function difference(value, unit) {
    if (!numbersExist(value)) return '–';
    const text = numbers.number(Math.abs(value), unit);
    const sign = !shows(text) ? '' : value > 0 ? '+' : '−';
    const name = unit === 'ratio' ? t('points') : numbers.unitName(unit);
    return `${sign}${text}${name ? `\u00a0${name}` : ''}`;
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

  /* What a card says: the city's change; where its target binds a district alone, the district's and the city's. */
  function lines(indicator) {
    if (!indicator.binding) return [line(change(indicator.id, null), '')];
    const district = own(before.bound, indicator.id);
    if (district === null) return [];
    return [line(change(indicator.id, district), ' '), line(change(indicator.id, null), `${t('city')} `)];
  }

  function line(one, place) {
    if (!one) return null;
    if (one.obstacles.length) return h('span', { class: 'card-change barred' }, place.trimStart() + t('not_comparable'));
    if (!numbersExist(one.value)) return null;
    const mark = one.better === true ? 'MET' : one.better === false ? 'MISSED' : 'NO_TARGET';
    return h('span', { class: 'card-change' }, h('span', {}, place ? `${place.trimStart()}${numbers.number(one.old.value, one.unit)} → ${numbers.number(one.new.value, one.unit)}` : `${pick(before.labels[0])} ${numbers.withUnit(one.old.value, one.unit)}`), h('b', { class: mark }, [difference(one.value, one.unit), verdict(one)].filter(Boolean).join(' · ')));
  }

  /* What to bear in mind about the two runs, and whether the rules of the lines were kept. */
  function notes() {
    const list = (texts, name) => (texts.length ? h('ul', { class: name }, ...texts.map((one) => h('li', { class: one.kept === true ? 'MET' : one.kept === false ? 'MISSED' : null }, pick(one)))) : null);
    return [list(before.cautions, 'cautions'), list(before.rules, 'rules')].filter(Boolean);
  }

  /* A difference as a cell of a table, without its unit. */
  function cell(value, unit) {
    if (!numbersExist(value)) return '–';
    const text = numbers.number(Math.abs(value), unit);
    return shows(text) ? `${value > 0 ? '+' : '-'}${text}` : text;
  }

  const still = ({ one }) => Number(!one.obstacles.length && !(numbersExist(one.value) && shows(numbers.number(Math.abs(one.value), one.unit))));

  /* Every change as rows of a table, indicators that only one run has among them; what stayed as it was last. */
  function rows() {
    return Object.entries(before.changes).flatMap(([id, entry]) => [[null, entry.city], ...Object.entries(entry.districts)]
      .filter(([, one]) => one && (one.old || one.new))
      .map(([district, one]) => ({ id, district, one, title: entry.title })))
      .sort((a, b) => still(a) - still(b));
  }

  const active = () => Boolean(store.get().swipe?.runs) && !obstacles(store.get().indicator).length;

  return { before, change, obstacles, oldValue, difference, verdict, block, refusal, lines, notes, cell, rows, active };
}
