/* The details card: of an indicator (what, by which formula, from what), of a district, of a thing on the map. */

function createDetails(app) {
  const { store, model, language, numbers, overlays, districts } = app;
  const { t, pick } = language;
  const root = trap(byId('details'));
  let opener = null;

  function draw() {
    const { details } = store.get();
    const content = details && { indicator: ofIndicator, district: ofDistrict, feature: ofFeature }[details.type](details);
    root.hidden = !content;
    byId('stage').classList.toggle('with-details', Boolean(content));
    if (content) root.replaceChildren(closeButton(), ...content.filter(Boolean));
    app.ground.refitHome();
  }

  function closeButton() {
    return h('button', { type: 'button', class: 'close', 'aria-label': t('close'), on: { click: close } }, icon('close'));
  }

  function close() {
    store.set({ details: null, district: null });
    if (opener?.isConnected) opener.focus();
    else byId('stage').focus();
  }

  function ofIndicator({ id }) {
    const indicator = model.indicators.find((one) => one.id === id);
    if (!indicator) return null;
    return [
      h('p', { class: 'overline' }, t(`system_${indicator.system}`)),
      h('h2', {}, pick(indicator.title)),
      h('p', { class: 'verdict' }, statusChip(app, indicator.status), h('span', {}, pick(indicator.reason))),
      numbersExist(indicator.value) ? h('p', { class: 'big' }, numbers.number(indicator.value, indicator.unit), h('small', {}, numbers.unitName(indicator.unit)), audit(indicator)) : null,
      indicator.declared ? h('p', { class: 'flag' }, t('declared')) : null,
      indicator.proxies.length ? h('p', { class: 'flag' }, t('proxy_note', { layers: indicator.proxies.map(layerTitle).join(t('comma')) })) : null,
      app.comparison?.block(indicator, null),
      districtScale(app, indicator, store.get().district),
      besideBlock(indicator),
      block('about', indicator.about && h('p', {}, pick(indicator.about))),
      block('formula', indicator.formula && h('p', { class: 'formula' }, pick(indicator.formula))),
      block('basis', indicator.basis && h('p', {}, pick(indicator.basis))),
      block('targets', indicator.targets.length ? h('ul', { class: 'rows' }, ...indicator.targets.map(targetRow)) : null),
      block('parameters', indicator.parameters.length ? h('ul', { class: 'rows' }, ...indicator.parameters.map(parameterRow)) : null),
      block('sources', indicator.sources.length ? h('ul', { class: 'rows' }, ...indicator.sources.map(sourceRow)) : null),
      block('notes', indicator.notes.filter(Boolean).length ? h('ul', { class: 'bullets' }, ...indicator.notes.filter(Boolean).map((note) => h('li', {}, pick(note)))) : null),
    ];
  }

  function layerTitle(kind) {
    const known = [...overlays.entries.values()].find((entry) => entry.kind === kind);
    const source = model.indicators.flatMap((one) => one.sources).find((one) => one.kind === kind);
    return known ? pick(known.title) : source ? pick(source.title) : kind;
  }

  function audit({ part, whole, part_unit: partUnit, whole_unit: wholeUnit }) {
    if (!numbersExist(whole)) return null;
    return h('span', { class: 'audit' }, `${numbers.withUnit(part, partUnit)} / ${numbers.withUnit(whole, wholeUnit)}`);
  }

  function block(title, content) {
    return content ? h('section', { class: 'block' }, h('h3', {}, t(`title_${title}`)), content) : null;
  }

  function besideBlock(indicator) {
    if (!indicator.beside.length) return null;
    const rows = [{ title: indicator.title, value: indicator.value, unit: indicator.unit, main: true }, ...indicator.beside];
    return block('beside', h('ul', { class: 'beside' }, ...rows.map((row) => {
      const end = scaleEnd(rows.filter((other) => other.unit === row.unit).map((other) => other.value), row.unit);
      return h('li', { class: row.main ? 'main' : null }, h('span', {}, pick(row.title)), h('b', {}, numbersExist(row.value) ? numbers.withUnit(row.value, row.unit) : pick(row.reason) || t('no_data')), bulletBar(row.value, [], end, 'plain'));
    })));
  }

  function targetRow(target) {
    const facts = [target.year, target.binding === 'none' ? null : t(`binding_${target.binding}`), target.clause, target.source || target.plan].filter(Boolean);
    return h('li', {}, h('span', { class: 'row-head' }, h('b', {}, targetText(app, target)), statusSign(app, target.status)),
      h('span', {}, pick(target.title)), h('small', {}, facts.join(' · ')), target.note ? h('small', {}, pick(target.note)) : null);
  }

  function parameterRow(parameter) {
    const shown = parameter.value === null ? t('no_data') : typeof parameter.value === 'number' ? String(parameter.value) : String(parameter.value);
    const changed = parameter.value !== parameter.default ? h('small', {}, t('default_is', { value: `${parameter.default ?? t('no_data')} ${parameter.unit}` })) : null;
    return h('li', {}, h('span', { class: 'row-head' }, h('span', {}, pick(parameter.about)), h('b', {}, `${shown} ${parameter.unit}`)), changed,
      parameter.source ? h('small', {}, parameter.source) : null, parameter.doubt ? h('small', { class: 'doubt' }, `${t('doubt')} ${pick(parameter.doubt)}`) : null);
  }

  function sourceRow(source) {
    const date = source.given ? source.as_of ?? t('no_date') : t('missing_layer');
    return h('li', { class: source.given ? null : 'absent' }, h('span', { class: 'row-head' }, h('span', {}, pick(source.title)), h('b', {}, date)),
      source.proxy ? h('small', { class: 'doubt' }, t('proxy_long')) : null, source.path ? h('small', { class: 'path' }, source.path) : null, source.attribution ? h('small', {}, source.attribution) : null);
  }

  function ofDistrict({ id }) {
    const district = districts.get(id);
    if (!district) return null;
    const indicator = app.indicator();
    return [
      h('p', { class: 'overline' }, t('district')),
      h('h2', {}, pick(district.name)),
      h('dl', { class: 'facts' }, fact(t('code'), district.id), fact(t('residents'), numbersExist(district.residents) ? numbers.whole(district.residents) : t('no_data'))),
      indicator ? h('section', { class: 'block' }, h('h3', {}, pick(indicator.title)), districtVerdict(indicator, indicator.districts[id]), districtScale(app, indicator, id)) : null,
      h('section', { class: 'block' }, h('h3', {}, t('all_indicators')), h('ul', { class: 'beside' }, ...model.indicators.filter((one) => id in one.districts).map((one) => districtRow(one, id)))),
    ];
  }

  function districtVerdict(indicator, entry) {
    const value = h('p', { class: 'big' }, numbers.number(entry?.value, indicator.unit), numbersExist(entry?.value) ? h('small', {}, numbers.unitName(indicator.unit)) : null, entry ? audit(entry) : null);
    const bound = entry?.target ? h('p', { class: 'verdict' }, statusChip(app, entry.status), h('span', {}, pick(entry.reason))) : null;
    return h('div', {}, value, bound, app.comparison?.block(indicator, store.get().details.id));
  }

  function districtRow(indicator, id) {
    const { value } = indicator.districts[id];
    const target = comparableTarget(indicator);
    const end = scaleEnd([target?.value, ...Object.values(indicator.districts).map((entry) => entry.value)], indicator.unit);
    return h('li', { class: indicator.id === store.get().indicator ? 'main' : null },
      h('button', { type: 'button', class: 'plain-link', on: { click: () => app.selectIndicator(indicator.id) } }, pick(indicator.title)),
      h('b', {}, numbers.withUnit(value, indicator.unit)), bulletBar(value, [target?.value], end, 'plain'));
  }

  function fact(name, value) {
    return h('div', {}, h('dt', {}, name), h('dd', {}, value));
  }

  function ofFeature({ id, values, kind }) {
    const entry = overlays.get(id);
    const style = entry.classes[kind];
    const at = (key) => values[entry.columns.findIndex((column) => column.key === key)];
    const source = [entry.as_of && t('as_of', { date: entry.as_of }), entry.source, entry.attribution].filter(Boolean);
    const skipped = entry.group === 'quality' ? ['id', 'name', 'class', 'finding'] : ['name', 'class', 'finding'];
    const finding = model.findings[at('finding')];
    return [
      h('p', { class: 'overline' }, pick(entry.title)),
      h('h2', {}, at('name') ?? at('name_zh') ?? t('unnamed')),
      entry.classes.length > 1 ? h('p', { class: 'verdict' }, swatch(style.style, entry.shape), h('span', {}, style.title ? pick(style.title) : t(`severity_${style.severity}`))) : null,
      finding ? h('p', {}, pick(finding.message)) : null,
      entry.proxy ? h('p', { class: 'flag' }, t('proxy_long')) : null,
      h('dl', { class: 'facts' }, ...entry.columns.map((column, place) => (skipped.includes(column.key) ? null : fact(pick(column.title), app.cellText(column, values[place]))))),
      entry.columns_left_out ? h('p', { class: 'hint' }, t('columns_left_out', { count: entry.columns_left_out })) : null,
      source.length ? h('p', { class: 'hint' }, source.join(' · ')) : null,
    ];
  }

  store.watch(['details', 'indicator', 'lang'], draw);
  return {
    /* Remembers what to give the focus back to, and moves it to the card. */
    open(details) {
      opener = document.activeElement === document.body ? null : document.activeElement;
      store.set({ details });
      root.scrollTop = 0;
      root.focus({ preventScroll: true });
    },
    close,
  };
}
