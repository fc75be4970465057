/* The map as a table: the same numbers, sortable, to be taken away as CSV. */

const MOST_ROWS = 500;

/* A text a spreadsheet would run as a formula is led by an apostrophe; numbers stay numbers. */
function csvCell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = visible(String(value));
  const safe = /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvText(heads, rows) {
  return `\ufeff${[heads, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/* A head is a text, or a text with its unit. */
function headText(head) {
  return typeof head === 'string' ? head : head.unit ? `${head.text} (${head.unit})` : head.text;
}

function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = h('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function createTable(app) {
  const { store, model, language, numbers, overlays, districts } = app;
  const { t, pick } = language;
  let sort = { column: -1, up: true };

  /* Each source gives { heads, rows, open(row) }; a row's cells are numbers or texts, shown(cell) their text. */
  async function source(kind) {
    if (kind === 'results') return results();
    if (kind === 'findings') return findings();
    if (kind === 'changes') return changes();
    if (kind.startsWith('layer:')) return features(kind.slice(6));
    return byDistrict();
  }

  function byDistrict() {
    const measured = model.indicators.filter((one) => Object.keys(one.districts).length);
    const chosen = app.indicator();
    const order = chosen ? [chosen, ...measured.filter((one) => one !== chosen)].filter((one) => measured.includes(one)) : measured;
    return {
      heads: [t('district'), t('residents'), ...order.map((one) => ({ text: pick(one.title), unit: numbers.unitName(one.unit) }))],
      rows: districts.list.map((district) => [pick(district.name), district.residents, ...order.map((one) => inUnit(one.districts[district.id]?.value, one.unit))]),
      show: (cell, column) => (column === 1 ? (numbersExist(cell) ? numbers.whole(cell) : t('no_data')) : column === 0 ? cell : numbersExist(cell) ? numbers.format(cell, model.units[order[column - 2].unit]?.digits ?? 2) : t('no_data')),
      open: (at) => app.selectDistrict(districts.list[at].id, { zoom: true }),
      empty: t('no_districts'),
    };
  }

  function inUnit(value, unit) {
    if (!numbersExist(value)) return null;
    return unit === 'ratio' ? Number(`${value}e2`) || value * 100 : value;
  }

  function results() {
    const rows = model.indicators.flatMap((one) => (one.targets.length ? one.targets : [null]).map((target) => ({ one, target })));
    return {
      heads: [t('system'), t('indicator'), t('value'), t('unit'), t('target'), t('year'), t('status'), t('reason')],
      rows: rows.map(({ one, target }) => [t(`system_${one.system}`), pick(one.title), inUnit(one.value, one.unit), numbers.unitName(one.unit), target ? targetText(app, target) : '', target?.year ?? null, t(`status_${target?.status ?? one.status}`), pick(target?.reason ?? one.reason)]),
      show: (cell, column, row) => (column === 2 ? (numbersExist(cell) ? numbers.format(cell, model.units[rows[row].one.unit]?.digits ?? 2) : t('no_data')) : cell ?? ''),
      open: (at) => app.selectIndicator(rows[at].one.id),
      empty: t('no_indicators'),
    };
  }

  function findings() {
    return {
      heads: [t('severity'), t('code'), t('layer'), t('feature'), t('message')],
      rows: model.findings.map((one) => [t(`severity_${one.severity}`), one.code, one.layer, one.feature, pick(one.message)]),
      show: (cell) => cell ?? '',
      open: (at) => app.showFinding(model.findings[at]),
      empty: t('no_findings'),
    };
  }

  function changes() {
    const { comparison } = app;
    const rows = comparison.rows();
    const amount = (cell, row) => (numbersExist(cell) ? numbers.format(cell, model.units[rows[row].one.unit]?.digits ?? 2) : '–');
    const cells = ({ title, district, one }) => [pick(title), district === null ? t('city') : String(app.districtName(district)),
      inUnit(one.old?.value, one.unit), inUnit(one.new?.value, one.unit), inUnit(one.value, one.unit), one.unit === 'ratio' && one.value !== null ? t('points') : numbers.unitName(one.unit),
      one.obstacles.length ? one.obstacles.map(pick).join('; ') : comparison.verdict(one)];
    return {
      heads: [t('indicator'), t('district'), ...comparison.before.labels.map(pick), t('change_difference'), t('unit'), t('reason')],
      rows: rows.map(cells),
      show: (cell, column, row) => (column > 1 && column < 5 ? column === 4 ? comparison.cell(rows[row].one.value, rows[row].one.unit) : amount(cell, row) : cell ?? ''),
      open: (at) => {
        const known = model.indicators.some((one) => one.id === rows[at].id);
        if (known) app.selectIndicator(rows[at].id);
        if (known && districts.get(rows[at].district)) app.selectDistrict(rows[at].district, { zoom: true });
      },
      empty: t('no_indicators'),
    };
  }

  async function features(id) {
    const entry = overlays.get(id);
    const columns = await overlays.loadColumns(id);
    const titles = new Map(entry.classes.map((one) => [one.id, one.title]));
    const cells = (column, value) => (column.key === 'class' && titles.get(value) ? pick(titles.get(value)) : column.key === 'district' ? app.districtName(value) : value);
    const count = columns[0]?.length ?? 0;
    return {
      heads: entry.columns.map((column) => pick(column.title)),
      rows: Array.from({ length: count }, (_, at) => entry.columns.map((column, place) => cells(column, columns[place][at]))),
      show: (cell, column) => app.cellText({ key: entry.columns[column].key === 'class' ? '' : entry.columns[column].key }, cell),
      open: (at) => app.selectFeature(id, at, { zoom: true }),
      empty: t('no_rows'),
    };
  }

  function kinds() {
    const chosen = overlays.ofIndicator(store.get().indicator).map((entry) => [`layer:${entry.id}`, entry.change ? pick(entry.title) : `${t('evidence')} · ${t(`shape_${entry.shape}`)}`]);
    const shown = [...overlays.entries.values()].filter((entry) => !entry.indicator && entry.group !== 'quality' && !overlays.hasPartner(entry) && overlays.isOn(entry)).map((entry) => [`layer:${entry.id}`, pick(entry.title)]);
    const compared = app.comparison ? [['changes', t('table_changes')]] : [];
    return [...compared, ['districts', t('table_districts')], ['results', t('table_results')], ...chosen, ...shown, ['findings', t('table_findings')]];
  }

  async function content(kind, redraw) {
    const data = await source(kind);
    const order = sorted(data.rows);
    const save = h('button', { type: 'button', class: 'soft', on: { click: () => saveFile(`${model.city.id}-${kind.replace(/[^\w-]+/g, '-')}.csv`, csvText(data.heads.map(headText), order.map((at) => data.rows[at]))) } }, icon('down'), t('csv'));
    const note = order.length > MOST_ROWS ? h('p', { class: 'hint' }, t('first_rows', { shown: MOST_ROWS, all: numbers.whole(order.length) })) : null;
    const body = order.length ? table(data, order.slice(0, MOST_ROWS), redraw) : h('p', { class: 'hint pad' }, data.empty);
    return { save, body: h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('table') }, body, note) };
  }

  function sorted(rows) {
    const order = rows.map((_, at) => at);
    const { column, up } = sort;
    if (column < 0) return order;
    const sign = up ? 1 : -1;
    const missing = (value) => value === null || value === undefined || value === '';
    return order.sort((a, b) => {
      const [x, y] = [rows[a][column], rows[b][column]];
      if (missing(x) || missing(y)) return missing(x) - missing(y) || a - b;
      return (typeof x === 'number' && typeof y === 'number' ? sign * (x - y) : sign * String(x).localeCompare(String(y), language.locale())) || a - b;
    });
  }

  function table(data, order, redraw) {
    const numeric = data.heads.map((_, column) => order.every((at) => typeof (data.rows[at][column] ?? 0) === 'number') && order.some((at) => typeof data.rows[at][column] === 'number'));
    const head = data.heads.map((name, column) => h('th', { scope: 'col', 'aria-sort': sort.column === column ? (sort.up ? 'ascending' : 'descending') : 'none' },
      h('button', { type: 'button', class: numeric[column] ? 'number' : null, title: headText(name), on: { click: () => { sort = { column, up: sort.column === column ? !sort.up : true }; redraw(); } } }, ...headParts(name))));
    const rows = order.map((at) => h('tr', { tabindex: 0, on: { click: () => data.open(at), keydown: (event) => event.key === 'Enter' && data.open(at) } },
      ...data.rows[at].map((cell, column) => h(column ? 'td' : 'th', { class: typeof cell === 'number' ? 'number' : cell === null || cell === undefined ? 'number missing' : null, scope: column ? null : 'row' }, data.show(cell, column, at)))));
    return h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...rows));
  }

  function headParts(head) {
    return typeof head === 'string' ? [h('span', {}, head)] : [h('span', {}, head.text, head.unit ? h('small', {}, head.unit) : null)];
  }

  return { kinds, content, forget: () => { sort = { column: -1, up: true }; } };
}
