/* One A4 sheet: the page is laid out in millimetres before the browser looks at it. */

function createPrint(app) {
  const { map, store, model, language, ground } = app;
  const { t, pick } = language;
  const sheet = byId('sheet');
  let before = null;

  function prepare() {
    if (before) return;
    const { indicator, district, swipe } = store.get();
    before = { center: map.getCenter(), zoom: map.getZoom(), panel: store.get().panel };
    const view = map.getBounds();
    document.body.classList.add('printing');
    store.set({ panel: true });
    fillSheet(indicator);
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(district || swipe || before.zoom > map.getBoundsZoom(ground.home) + 1.5 ? view : ground.home, { padding: [8, 8], animate: false });
    app.districts.drawLabels();
    drawing.flush();
  }

  function fillSheet(id) {
    const indicator = model.indicators.find((one) => one.id === id);
    const attributions = [...new Set(model.provenance.inputs.map((input) => input.attribution).filter(Boolean))];
    const facts = [`${t('run_id')} ${model.city.run_id}`, `${t('crs')} ${model.city.crs}`, model.provenance.plans.length ? `${t('plans')} ${model.provenance.plans.join(t('comma'))}` : null, ...attributions];
    sheet.replaceChildren(
      indicator ? h('p', {}, h('b', {}, `${pick(indicator.title)} `), [pick(indicator.formula), pick(indicator.basis)].filter(Boolean).join(' ')) : '',
      h('p', {}, facts.filter(Boolean).join(' · ')));
  }

  function restore() {
    if (!before) return;
    document.body.classList.remove('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(before.center, before.zoom, { animate: false });
    const { panel } = before;
    before = null;
    store.set({ panel });
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
