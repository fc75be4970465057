/* Search over districts, indicators, layers and everything on the map that has a name. */

const MOST_RESULTS = 12;
const MOST_NAMED = 60000;

function createSearch(app) {
  const { store, model, language, overlays, districts } = app;
  const { t, pick } = language;
  const input = byId('search');
  const list = byId('search-list');
  let results = [];
  let active = -1;
  let named = null;

  /* Names of parks, plots and the rest are read when somebody first searches. */
  function readNames() {
    named ??= Promise.all(model.layers.filter((entry) => !entry.change && entry.era !== 'before' && entry.features <= MOST_NAMED && entry.columns.some(({ key }) => key === 'name')).map(namesOf)).then((lists) => unique(lists.flat()));
    return named;
  }

  async function namesOf(entry) {
    const columns = await overlays.loadColumns(entry.id);
    const names = columns[entry.columns.findIndex(({ key }) => key === 'name')];
    return names.map((name, feature) => ({ text: name, entry, feature })).filter(({ text }) => typeof text === 'string' && text);
  }

  /* A park of several parts, or one that is also evidence, is offered once. */
  function unique(items) {
    const seen = new Set();
    const order = [...items].sort((a, b) => Boolean(a.entry.indicator) - Boolean(b.entry.indicator));
    return order.filter(({ text, entry }) => {
      const key = `${entry.group === 'indicator' ? 'parks' : entry.kind} ${text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }

  function fixed() {
    return [
      ...districts.list.map((district) => ({ texts: Object.values(district.name).concat(district.id), label: () => pick(district.name), kind: 'district', go: () => app.selectDistrict(district.id, { zoom: true }) })),
      ...model.indicators.map((one) => ({ texts: Object.values(one.title).concat(one.id), label: () => pick(one.title), kind: 'indicator', go: () => app.selectIndicator(one.id) })),
      ...[...model.layers.filter((entry) => !entry.indicator), ...model.surfaces].filter((entry) => entry.era !== 'before').map((entry) => ({ texts: Object.values(entry.title), label: () => pick(entry.title), kind: 'layer', go: () => app.showLayer(entry.id) })),
    ];
  }

  async function find() {
    const query = input.value.trim().toLocaleLowerCase();
    if (!query) return show([]);
    const names = await readNames();
    if (input.value.trim().toLocaleLowerCase() !== query) return null;
    const first = fixed().filter(({ texts }) => texts.some((text) => text.toLocaleLowerCase().includes(query)));
    const later = [];
    for (const item of names) {
      if (first.length + later.length >= MOST_RESULTS) break;
      if (item.text.toLocaleLowerCase().includes(query)) later.push({ label: () => item.text, kind: null, layer: item.entry, go: () => app.selectFeature(item.entry.id, item.feature, { zoom: true }) });
    }
    return show([...first, ...later].slice(0, MOST_RESULTS), query);
  }

  function show(found, query) {
    results = found;
    active = found.length ? 0 : -1;
    const nothing = query && !found.length ? [h('li', { class: 'nothing', role: 'presentation' }, t('nothing_found'))] : [];
    list.replaceChildren(...nothing, ...found.map((result, at) => h('li', { role: 'option', id: `found-${at}`, 'aria-selected': String(at === active), on: { mousedown: (event) => { event.preventDefault(); take(at); } } },
      h('span', {}, result.label()), h('small', {}, result.kind ? t(result.kind) : pick(result.layer.title)))));
    list.hidden = !list.childElementCount;
    input.setAttribute('aria-expanded', String(!list.hidden));
    point();
  }

  function point() {
    [...list.querySelectorAll('[role=option]')].forEach((item, at) => item.setAttribute('aria-selected', String(at === active)));
    if (active >= 0) {
      input.setAttribute('aria-activedescendant', `found-${active}`);
      byId(`found-${active}`)?.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function take(at) {
    const result = results[at];
    if (!result) return;
    input.value = visible(result.label());
    show([]);
    result.go();
  }

  function onKey(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && results.length) {
      active = (active + move + results.length) % results.length;
      point();
      event.preventDefault();
    } else if (event.key === 'Enter') {
      take(active);
    } else if (event.key === 'Escape') {
      show([]);
    }
  }

  input.addEventListener('focus', readNames, { once: true });
  input.addEventListener('input', find);
  input.addEventListener('keydown', onKey);
  input.addEventListener('blur', () => show([]));
  store.watch(['lang'], () => show([]));
}
