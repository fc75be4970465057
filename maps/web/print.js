/* One A4 sheet: the page is laid out in millimetres before the browser looks at it. */

const ROWS = 34;
const MOST_RANKS = 16;

function createPrint(app) {
  const { map, store, model, language, ground } = app;
  const { t, pick } = language;
  let before = null;

  function prepare() {
    if (before) return;
    const { district, swipe } = store.get();
    before = { center: map.getCenter(), zoom: map.getZoom() };
    const view = map.getBounds();
    const close = district || (swipe && !swipe.runs) || before.zoom > map.getBoundsZoom(ground.home) + 1;
    document.body.classList.add('printing');
    fillSide();
    fillLegend();
    fillFoot();
    makeRoom();
    map.stop();
    map.setMaxBounds(null);
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(close ? view : ground.home, { padding: [10, 10], animate: false });
    app.districts.drawLabels();
    for (const layer of app.overlays.drawnLayers()) layer.drawNow();
  }

  /* Without indicators the sheet is about the data: how many findings, and the first of them. */
  function fillFaults() {
    const kinds = ['error', 'warning', 'info'];
    const count = (kind) => model.findings.filter((one) => one.severity === kind).length;
    const hidden = model.findings.length - ROWS;
    byId('sheet-side').replaceChildren(
      h('p', { class: 'sheet-counts' }, ...kinds.map((kind) => h('span', {}, `${t(`severity_${kind}`)} ${count(kind)}`))),
      h('ul', { class: 'sheet-list' }, ...model.findings.slice(0, ROWS).map((one) => h('li', {}, swatch(model.palette.severity[one.severity], 'point'), h('span', {}, pick(one.message)), ''))),
      hidden > 0 ? h('p', { class: 'hint' }, t('more_in_table', { count: hidden })) : '');
  }

  function fillSide() {
    if (!model.indicators.length) return fillFaults();
    const chosen = app.indicator();
    const order = (one) => ['MISSED', 'NO_DATA', 'MET', 'NO_TARGET'].indexOf(one.status);
    const others = model.indicators.filter((one) => one !== chosen).sort((a, b) => order(a) - order(b));
    const room = Math.max(6, ROWS - (chosen ? Math.min(MOST_RANKS, app.districts.list.length) + 5 : 0));
    const hidden = others.length - room;
    return byId('sheet-side').replaceChildren(
      h('p', { class: 'sheet-counts' }, ...STATUSES.map((status) => h('span', {}, statusSign(app, status), `${t(`status_${status}`)} ${model.indicators.filter((one) => one.status === status).length}`))),
      chosen ? chosenBlock(chosen) : '',
      h('ul', { class: 'sheet-list' }, ...others.slice(0, room).map(listRow)),
      hidden > 0 ? h('p', { class: 'hint' }, t('more_in_table', { count: hidden })) : '');
  }

  function chosenBlock(indicator) {
    const bars = Object.keys(indicator.districts).length ? rankedBars(app, indicator) : '';
    const rows = bars ? [...bars.children] : [];
    const cut = rows.length - MOST_RANKS;
    if (cut > 0) {
      for (const row of rows.slice(MOST_RANKS / 2, rows.length - MOST_RANKS / 2)) row.remove();
      bars.children[MOST_RANKS / 2 - 1].after(h('li', { class: 'hint' }, t('left_out', { count: cut })));
    }
    const target = indicator.targets.find((one) => one.status === indicator.status) ?? indicator.targets[0];
    return h('div', { class: 'sheet-chosen' },
      h('h2', {}, pick(indicator.title)),
      h('p', { class: 'sheet-value' }, h('b', {}, app.numbers.withUnit(indicator.value, indicator.unit)), statusChip(app, indicator.status), target ? h('span', {}, `${t('target')} ${targetText(app, target)}`) : null),
      ...(app.comparison?.lines(indicator) ?? []),
      bars);
  }

  function listRow(indicator) {
    return h('li', {}, statusSign(app, indicator.status), h('span', {}, pick(indicator.title)), h('b', {}, app.numbers.withUnit(indicator.value, indicator.unit)));
  }

  function fillLegend() {
    byId('sheet-legend').replaceChildren(...app.panel.legend().map(({ title, keys }) => h('div', {}, title ? h('b', {}, title) : null, keys)));
  }

  /* A long legend takes height from the map, not from itself. */
  function makeRoom() {
    const legend = byId('sheet-legend');
    for (let height = 148; height >= 108; height -= 5) {
      document.body.style.setProperty('--map-height', `${height}mm`);
      if (legend.scrollHeight <= legend.clientHeight + 1) return;
    }
  }

  function fillFoot() {
    const indicator = app.indicator();
    const attributions = [...new Set(model.provenance.inputs.map((input) => input.attribution).filter(Boolean))];
    const facts = [`${t('run_id')} ${model.city.run_id}`, `${t('crs')} ${model.city.crs}`, model.provenance.plans.length ? `${t('plans')} ${model.provenance.plans.join(t('comma'))}` : null, ...attributions, model.city.synthetic ? t('synthetic_long') : null];
    byId('sheet-foot').replaceChildren(
      indicator ? h('p', {}, h('b', {}, `${t('title_formula')} `), pick(indicator.formula), h('b', {}, `  ${t('title_basis')} `), pick(indicator.basis)) : '',
      h('p', {}, facts.filter(Boolean).join(' · ')));
  }

  function restore() {
    if (!before) return;
    document.body.classList.remove('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.center, before.zoom, { animate: false });
    before = null;
    ground.limitTravel();
    app.districts.drawLabels();
  }

  window.addEventListener('beforeprint', prepare);
  window.addEventListener('afterprint', restore);
  return {
    prepare,
    restore,
    start() {
      app.dialogs.close();
      prepare();
      setTimeout(() => window.print(), 150);
    },
  };
}
