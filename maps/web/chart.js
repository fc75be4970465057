/* Small charts: a bar with its target, districts in order, districts along a scale. */

/* The end of a scale: 100 % for shares that come near it, else a little beyond the greatest value. */
function scaleEnd(values, unit) {
  const held = values.filter(numbersExist).map(Math.abs);
  const most = held.length ? Math.max(...held) : 1;
  if (unit === 'ratio' && most <= 1 && most > 0.45) return 1;
  return most > 0 ? most * 1.12 : 1;
}

function percent(value, end) {
  return `${Math.max(0, Math.min(100, (100 * value) / end)).toFixed(2)}%`;
}

function bulletBar(value, targets, end, kind) {
  return h('div', { class: `bullet ${kind}`, 'aria-hidden': 'true' },
    numbersExist(value) ? h('i', { style: { width: percent(value, end) } }) : null,
    ...targets.filter(numbersExist).map((target) => h('b', { style: { left: percent(target, end) } })));
}

/* Districts from best to worst; the ones without a number come last and say so. */
function rankedDistricts(app, indicator) {
  const { districts } = app;
  const sign = indicator.higher_is_better === false ? 1 : -1;
  return districts.list
    .map((district) => ({ district, entry: indicator.districts[district.id] }))
    .sort((a, b) => {
      const [x, y] = [a.entry?.value, b.entry?.value];
      if (!numbersExist(x) || !numbersExist(y)) return numbersExist(y) - numbersExist(x) || (a.district.id < b.district.id ? -1 : 1);
      return sign * (x - y) || (a.district.id < b.district.id ? -1 : 1);
    });
}

function rankedBars(app, indicator) {
  const { numbers, language, store, districts } = app;
  const scale = districts.classes(indicator);
  const rows = rankedDistricts(app, indicator);
  if (!rows.length) return h('p', { class: 'hint' }, language.t('no_districts'));
  const longest = Math.max(...rows.map(({ district }) => widthOf(language.pick(district.name), 13)));
  const then = (district) => app.comparison?.oldValue(indicator.id, district.id);
  const end = scaleEnd([...rows.map(({ entry }) => entry?.value), ...rows.map(({ district }) => then(district)), scale.target?.value], indicator.unit);
  const signed = rows.some(({ entry }) => entry?.status && entry.target);
  return h('ol', { class: signed ? 'ranks signed' : 'ranks', style: { '--name': `${Math.min(132, Math.ceil(longest) + 4)}px` }, 'aria-label': language.t('by_district') }, ...rows.map(({ district, entry }) => {
    const name = language.pick(district.name);
    const at = scale.of(entry?.value);
    const track = h('span', { class: 'track', 'aria-hidden': 'true' },
      at < 0 ? null : h('i', { class: scale.sides[at], style: { width: percent(entry.value, end) } }),
      numbersExist(then(district)) ? h('u', { style: { left: percent(then(district), end) } }) : null,
      scale.target ? h('b', { style: { left: percent(scale.target.value, end) } }) : null);
    return h('li', {}, h('button', { type: 'button', class: 'rank', 'aria-pressed': String(store.get().district === district.id), title: name, on: { click: () => app.selectDistrict(district.id, { zoom: true }) } },
      h('span', { class: 'rank-name' }, name), track,
      h('span', { class: 'rank-value' }, numbers.number(entry?.value, indicator.unit)),
      entry?.status && entry.target ? statusSign(app, entry.status) : null));
  }));
}

const SIGNS = { MET: 'M5 10.500 8.500 14 15 6.500', MISSED: 'M6 6l8 8M14 6l-8 8', NO_DATA: 'M7.500 7.500a2.500 2.500 0 1 1 3.500 2.500c-.8.5-1 1-1 1.800M10 14.500v.4', NO_TARGET: 'M5.500 10h9' };

function statusSign(app, status) {
  return s('svg', { viewBox: '0 0 20 20', class: `sign ${status}`, role: 'img', 'aria-label': app.language.t(`status_${status}`) },
    s('circle', { cx: 10, cy: 10, r: 9 }), s('path', { d: SIGNS[status] ?? SIGNS.NO_DATA }));
}

function statusChip(app, status) {
  const sign = statusSign(app, status);
  sign.setAttribute('aria-hidden', 'true');
  return h('span', { class: `chip ${status}` }, sign, app.language.t(`status_${status}`));
}

/* All districts on one scale with the city's own value and the target: where one stands among the others. */
function districtScale(app, indicator, chosen) {
  const { numbers, language, districts } = app;
  const values = districts.list.map((district) => ({ district, value: indicator.districts[district.id]?.value })).filter(({ value }) => numbersExist(value));
  if (values.length < 2) return null;
  const target = comparableTarget(indicator);
  const city = numbersExist(indicator.whole) ? indicator.value : null;
  const all = [...values.map(({ value }) => value), target?.value, city].filter(numbersExist);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = (value) => 14 + (272 * (value - low)) / (high - low || 1);
  const scale = districts.classes(indicator);
  const svg = s('svg', { viewBox: '0 0 300 78', class: 'scale-chart', role: 'img', 'aria-label': language.t('chart_districts') });
  svg.append(s('line', { x1: 8, x2: 292, y1: 40, y2: 40, class: 'axis' }));
  if (target) svg.append(...mark(x(target.value), 16, 56, 'target', `${language.t('target')} ${numbers.label(target.value, indicator.unit)}`, 10));
  if (numbersExist(city)) svg.append(...mark(x(city), 28, 62, 'city', `${language.t('city')} ${numbers.label(city, indicator.unit)}`, 74));
  for (const { district, value } of values) {
    const dot = s('circle', { cx: x(value), cy: 40, r: district.id === chosen ? 7.5 : 5, fill: scale.colours[scale.of(value)], class: district.id === chosen ? 'dot chosen' : 'dot' });
    dot.append(s('title', {}, `${language.pick(district.name)} ${numbers.withUnit(value, indicator.unit)}`));
    svg.append(dot);
  }
  return svg;
}

function mark(x, y1, y2, kind, text, textY) {
  const anchor = x < 60 ? 'start' : x > 240 ? 'end' : 'middle';
  return [s('line', { x1: x, x2: x, y1, y2, class: kind }), s('text', { x, y: textY, 'text-anchor': anchor, class: kind }, text)];
}
