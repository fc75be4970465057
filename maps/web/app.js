/* The page put together. */

function start() {
  const model = JSON.parse(byId('shanhai-data').textContent);
  const map = window.shanhaiMap;
  const given = readAddress(model);
  const language = createLanguage(model.texts, given.lang ?? model.lang);
  const store = createStore(firstState(model, given, language));
  const app = { map, model, store, language, numbers: createNumbers(language, model.units) };
  byId('stage').prepend(map.getContainer());
  map.invalidateSize({ animate: false, pan: false });
  Object.assign(app, choices(app));
  app.comparison = createComparison(app);
  app.ground = createGround(map, model, language);
  app.basemap = createBasemap(model.basemap);
  app.districts = createDistricts(app);
  app.overlays = createOverlays(app);
  app.panel = createPanel(app);
  app.details = createDetails(app);
  if (model.indicators.length) createCards(app);
  else createFaults(app);
  createSearch(app);
  app.measure = createMeasure(app);
  app.swipe = createSwipe(app);
  app.table = createTable(app);
  app.dialogs = createDialogs(app);
  app.print = createPrint(app);
  createTools(app);
  createPointer(app);
  createFrame(app);
  if (given.at) map.setView([given.at.lat, given.at.lng], given.at.zoom, { animate: false });
  else app.ground.fitHome();
  app.ground.limitTravel();
  if (app.comparison) app.swipe.toCity();
  app.address = createAddress(app);
  const ready = watchMap(app);
  if (given.district) app.details.open({ type: 'district', id: given.district });
  window.shanhai = { app, ready };
}

function firstState(model, given, language) {
  language.use(given.lang ?? model.lang);
  return {
    lang: language.is(),
    indicator: given.indicator === undefined ? firstIndicator(model) : given.indicator,
    district: given.district ?? null,
    filter: null,
    on: given.on,
    opacity: {},
    panel: window.innerWidth > 1100,
    details: null,
    measure: null,
    swipe: model.before ? { runs: true } : null,
    labels: true,
  };
}

/* The page opens on what most needs a look: missed, with shapes to show, with districts. */
function firstIndicator(model) {
  const drawn = new Set(model.layers.map((entry) => entry.indicator));
  const changed = new Set(model.layers.filter((entry) => entry.change).map((entry) => entry.indicator));
  const weight = (one) => (changed.has(one.id) && Object.keys(one.districts).length ? 32 : changed.has(one.id) ? 16 : 0) + (numbersExist(one.value) ? 8 : 0) + (one.status === 'MISSED' ? 4 : 0) + (comparableTarget(one) && !one.binding ? 3 : 0) + (drawn.has(one.id) ? 2 : 0) + (Object.keys(one.districts).length ? 1 : 0);
  const best = Math.max(0, ...model.indicators.map(weight));
  return model.indicators.find((one) => weight(one) === best && best > 0)?.id ?? null;
}

/* What a reader can do, wherever the wish comes from. */
function choices(app) {
  const { store, model, language, numbers } = app;
  return {
    indicator: () => model.indicators.find((one) => one.id === store.get().indicator) ?? null,
    selectIndicator(id) {
      app.dialogs.close();
      const { details } = store.get();
      store.set({ indicator: id, details: details?.type === 'indicator' && id ? { type: 'indicator', id } : details?.type === 'district' ? details : null });
    },
    showDefinition: (id) => app.details.open({ type: 'indicator', id }),
    selectDistrict(id, options) {
      app.dialogs.close();
      store.set({ district: id });
      app.details.open({ type: 'district', id });
      if (options?.zoom) app.ground.fit(app.districts.bounds(id));
    },
    async selectFeature(layer, feature, options) {
      app.dialogs.close();
      const entry = app.overlays.get(layer);
      if (entry.indicator && entry.indicator !== store.get().indicator) store.set({ indicator: entry.indicator });
      if (!app.overlays.isOn(entry)) store.set({ on: { ...store.get().on, [layer]: true } });
      const [data, columns] = await Promise.all([app.overlays.load(layer), app.overlays.loadColumns(layer)]);
      app.details.open({ type: 'feature', id: layer, kind: data.classes[feature], values: columns.map((column) => column[feature]) });
      if (options?.zoom) app.ground.fit(featureBounds(data, feature).pad(0.6));
      app.flash(data, feature);
    },
    showLayer(id) {
      app.panel.unfold(id);
      store.set({ on: { ...store.get().on, [id]: true }, panel: true });
      byId(`layer-${id}`)?.focus();
    },
    showFinding(finding) {
      if (!finding.place) return app.notify(language.t('no_place'));
      app.dialogs.close();
      const id = 'findings';
      store.set({ on: { ...store.get().on, [id]: true } });
      app.map.setView([finding.place[1], finding.place[0]], 16, { animate: false });
      return app.details.open({ type: 'feature', id, kind: app.overlays.get(id).classes.findIndex((one) => one.severity === finding.severity), values: findingValues(app, finding) });
    },
    async copyLink() {
      window.history.replaceState(null, '', app.address.text());
      try {
        await navigator.clipboard.writeText(app.address.link());
        app.notify(language.t('link_copied'));
      } catch {
        app.notify(language.t('link_in_address'));
      }
      setTimeout(() => app.notify(''), 4000);
    },
    openTable: (kind) => app.dialogs.openTable(kind),
    swipePair() {
      if (model.before) return { runs: true };
      const ids = new Set(model.layers.map((entry) => entry.id));
      return ids.has('layer-red_line_baseline-polygon') && ids.has('layer-red_line-polygon') ? { before: 'red_line_baseline', after: 'red_line' } : null;
    },
    districtName: (id) => (app.districts.get(String(id)) ? language.pick(app.districts.get(String(id)).name) : id),
    cellText(column, value) {
      if (value === null || value === undefined || value === '') return language.t('no_data');
      if (column.key === 'district') return String(app.districtName(value));
      if (typeof value === 'boolean') return language.t(value ? 'yes' : 'no');
      return typeof value === 'number' ? numbers.cell(value) : String(value);
    },
    notify(text) {
      byId('notice').textContent = text;
      byId('notice').classList.toggle('shown', Boolean(text));
    },
    flash(data, feature) {
      app.flashed?.remove();
      const bounds = featureBounds(data, feature);
      app.flashed = L.rectangle(bounds.pad(0.15), { pane: 'selected', interactive: false, fill: false, color: '#16242f', weight: 2.4, dashArray: '5 4' }).addTo(app.map);
    },
  };
}

function findingValues(app, finding) {
  const place = app.model.findings.indexOf(finding);
  const by = { id: String(place), code: finding.code, name: finding.feature, layer: finding.layer, finding: place };
  return app.overlays.get('findings').columns.map(({ key }) => by[key] ?? null);
}

/* Keeps the map in step with what is chosen; resolves once everything first shown is there. */
function watchMap(app) {
  const { store, model, districts, overlays, map } = app;
  let first = null;
  store.watch(model.before ? ['indicator', 'lang', 'swipe'] : ['indicator', 'lang'], () => districts.recolour());
  store.watch(['district'], () => { districts.showChosen(); districts.drawLabels(); });
  store.watch(['on', 'indicator', 'opacity', 'swipe'], ({ on, opacity }, before) => {
    districts.setShown(on.districts !== false);
    districts.setOpacity(opacity.districts ?? 1);
    if (app.basemap) app.basemap[on.basemap === false ? 'remove' : 'addTo'](map);
    if (before && before.indicator !== store.get().indicator) app.flashed?.remove();
    const done = overlays.apply();
    first ??= Promise.all([done, app.ground.drawn]);
  });
  store.watch(['details'], ({ details }) => details?.type !== 'feature' && app.flashed?.remove());
  return first.then(() => new Promise((resolve) => { setTimeout(() => waitForTiles(overlays, resolve), 0); }));
}

function waitForTiles(overlays, resolve) {
  if (overlays.drawnLayers().some((layer) => layer.isLoading())) setTimeout(() => waitForTiles(overlays, resolve), 30);
  else resolve();
}

function createTools(app) {
  const { map, store, language, ground, measure } = app;
  const root = trap(byId('tools'));
  const buttons = [
    ['plus', 'zoom_in', () => map.zoomIn()],
    ['minus', 'zoom_out', () => map.zoomOut()],
    ['home', 'whole_city', () => ground.fitHome({ animate: true })],
    ['ruler', 'measure_distance', () => measure.start('distance'), 'distance'],
    ['area', 'measure_area', () => measure.start('area'), 'area'],
  ];
  store.watch(['lang', 'measure'], ({ measure: mode }) => {
    const focused = [...root.children].indexOf(document.activeElement);
    root.replaceChildren(...buttons.map(([sign, text, act, kind]) => h('button', { type: 'button', title: language.t(text), 'aria-label': language.t(text), 'aria-pressed': kind ? String(mode === kind) : null, on: { click: act } }, icon(sign))));
    if (focused >= 0) root.children[focused].focus();
  });
}

/* Pointing shows a name, pressing opens the details of what lies uppermost. */
function createPointer(app) {
  const { map, store, overlays, language } = app;
  const tip = byId('tip');
  let waiting = 0;
  map.on('click', (event) => {
    if (store.get().measure) return;
    const found = overlays.hit(event.latlng);
    const district = event.sourceTarget?.feature?.properties.id;
    if (found) app.selectFeature(found.layer, found.feature);
    else if (district !== undefined) app.selectDistrict(district);
    else if (store.get().details) app.details.close();
  });
  map.on('mousemove', (event) => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => point(event));
  });
  map.on('mouseout movestart', () => { tip.hidden = true; });

  async function point(event) {
    if (store.get().measure || isPhone()) return;
    const found = overlays.hit(event.latlng);
    const district = event.sourceTarget?.feature?.properties.id;
    map.getContainer().classList.toggle('pointing', Boolean(found));
    if (!found && district === undefined) {
      tip.hidden = true;
      return;
    }
    tip.replaceChildren(...(found ? await featureTip(found) : districtTip(district)));
    place(event.containerPoint);
  }

  function districtTip(id) {
    const district = app.districts.get(id);
    const indicator = app.indicator();
    return [h('strong', {}, language.pick(district.name)), indicator ? h('span', {}, `${language.pick(indicator.title)} ${thenAndNow(indicator, id)}`) : ''];
  }

  function thenAndNow(indicator, id) {
    const now = app.numbers.withUnit(indicator.districts[id]?.value, indicator.unit);
    const then = app.comparison?.oldValue(indicator.id, id);
    return numbersExist(then) ? `${app.numbers.number(then, indicator.unit)} → ${now}` : now;
  }

  async function featureTip({ layer, feature }) {
    const entry = overlays.get(layer);
    const [data, columns] = await Promise.all([overlays.load(layer), overlays.loadColumns(layer)]);
    const at = entry.columns.findIndex(({ key }) => key === 'name' || key === 'name_zh');
    const name = at < 0 ? null : columns[at][feature];
    const one = entry.classes[data.classes[feature]];
    const kind = one.title ? language.pick(one.title) : one.severity ? language.t(`severity_${one.severity}`) : language.pick(entry.title);
    return [h('strong', {}, name || kind), name ? h('span', {}, kind) : ''];
  }

  function place(point) {
    tip.hidden = false;
    const size = map.getSize();
    const left = point.x + tip.offsetWidth + 24 > size.x ? point.x - tip.offsetWidth - 12 : point.x + 14;
    const top = point.y + tip.offsetHeight + 24 > size.y ? point.y - tip.offsetHeight - 12 : point.y + 16;
    tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }
}

/* Title bar, phone sheet, keys that work everywhere. */
function createFrame(app) {
  const { model, store, language, map } = app;
  const { t, pick } = language;
  const side = byId('side');
  const grip = byId('grip');
  const actions = byId('actions');
  grip.addEventListener('click', () => {
    grip.setAttribute('aria-expanded', String(side.classList.toggle('open')));
    byId('cards').querySelector('.card.chosen')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || app.dialogs.isOpen()) return;
    if (store.get().measure) store.set({ measure: null });
    else if (store.get().details) app.details.close();
  });
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(byId('stage'));
  store.watch(['lang'], ({ lang }) => {
    language.use(lang);
    language.translateStatic(document);
    app.ground.relabel();
    document.title = t('page_title', { city: pick(model.city.name) });
    byId('city-name').textContent = pick(model.city.name);
    byId('city-facts').textContent = facts().join(' · ');
    byId('synthetic').hidden = !model.city.synthetic;
    byId('synthetic').textContent = t('synthetic');
    actions.replaceChildren(...buttons());
    app.dialogs.redraw();
  });
  document.body.classList.toggle('comparing', Boolean(model.before));

  function facts() {
    if (model.before) return [t('comparison', { before: pick(model.before.labels[0]), after: pick(model.before.labels[1]) }), `${t('run_id')} ${model.before.city.run_id} → ${model.city.run_id}`];
    return [model.city.as_of ? t('as_of', { date: model.city.as_of }) : t('no_date'), `${t('run_id')} ${model.city.run_id}`];
  }

  function buttons() {
    return [
      action('table', 'table', () => app.openTable(model.before ? 'changes' : 'districts')),
      action('link', 'copy_link', app.copyLink),
      action('print', 'print', () => app.print.start()),
      action('about', 'about', () => app.dialogs.openAbout()),
      h('button', { type: 'button', class: 'language', lang: store.get().lang === 'zh' ? 'en' : 'zh-CN', on: { click: switchLanguage } }, t('other_language')),
    ];
  }

  function action(sign, text, act) {
    return h('button', { type: 'button', title: t(text), 'aria-label': t(text), class: `action ${sign}`, on: { click: act } }, icon(sign), h('span', {}, t(`${text}_short`)));
  }

  function switchLanguage() {
    language.use(language.is() === 'zh' ? 'en' : 'zh');
    store.set({ lang: language.is() });
    actions.querySelector('.language').focus();
  }
}

start();
