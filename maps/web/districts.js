/* Districts: coloured by the chosen indicator, reachable by keyboard, labelled where there is room. */

function createDistricts(app) {
  const { map, store, model, language, numbers } = app;
  const list = model.ground.districts;
  const byKey = new Map(list.map((district) => [district.id, district]));
  const layer = L.geoJSON(list.map((district) => ({ type: 'Feature', geometry: district.shape, properties: { id: district.id } })), {
    pane: 'districts',
    renderer: L.svg({ pane: 'districts', padding: 0.3 }),
    style: () => ({ color: '#ffffff', weight: 1.2, fillOpacity: 1, fillColor: '#e9efe6' }),
  });
  const labels = L.layerGroup().addTo(map);
  const halo = L.geoJSON(null, { pane: 'selected', interactive: false, style: (feature) => feature.properties });
  const paths = new Map();
  const older = createOlder();
  layer.addTo(map);
  halo.addTo(map);
  layer.eachLayer((path) => prepare(path));
  map.getPane('districts').style.pointerEvents = '';

  function prepare(path) {
    const { id } = path.feature.properties;
    const element = path.getElement();
    paths.set(id, path);
    element.setAttribute('tabindex', '0');
    element.setAttribute('role', 'button');
    element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      app.selectDistrict(id, { zoom: true });
    });
    path.on('mouseover', () => path.setStyle({ weight: 2.6, color: '#22343f' }).bringToFront());
    path.on('mouseout', () => path.setStyle({ weight: 1.2, color: '#ffffff' }));
  }

  function classes(indicator) {
    const target = indicator && comparableTarget(indicator);
    const values = indicator ? list.map((district) => indicator.districts[district.id]?.value) : [];
    const then = indicator && app.comparison ? list.map((district) => app.comparison.oldValue(indicator.id, district.id)) : [];
    return { target, ...classesOf([...values, ...then], target, model.palette.ramps) };
  }

  /* The districts as the older run has them, for the left side of a comparison; to be pressed, not read out. */
  function createOlder() {
    if (!app.comparison) return null;
    const shapes = app.comparison.before.districts ?? list;
    const drawn = L.geoJSON(shapes.map((district) => ({ type: 'Feature', geometry: district.shape, properties: { id: district.id } })), {
      pane: 'districts-before',
      renderer: L.svg({ pane: 'districts-before', padding: 0.3 }),
      style: () => ({ color: '#ffffff', weight: 1.2, fillOpacity: 1, fillColor: '#e9efe6' }),
    }).addTo(map);
    map.getPane('districts-before').setAttribute('aria-hidden', 'true');
    return drawn;
  }

  function recolourOlder(indicator, scale) {
    const shown = app.comparison.active();
    map.getPane('districts-before').style.visibility = shown && store.get().on.districts !== false ? '' : 'hidden';
    map.getPane('districts-before').style.pointerEvents = shown ? '' : 'none';
    older.eachLayer((path) => {
      const at = scale.of(indicator ? app.comparison.oldValue(indicator.id, path.feature.properties.id) : undefined);
      path.setStyle({ fillColor: at >= 0 ? scale.colours[at] : indicator && scale.colours.length ? 'url(#missing-hatch)' : '#eef1ea' });
    });
  }

  function recolour() {
    const indicator = app.indicator();
    const scale = classes(indicator);
    const hasAny = scale.colours.length > 0;
    for (const [id, path] of paths) {
      const at = scale.of(indicator?.districts[id]?.value);
      const missing = indicator && hasAny ? 'url(#missing-hatch)' : '#eef1ea';
      path.setStyle({ fillColor: at < 0 ? missing : scale.colours[at] });
      path.getElement().setAttribute('aria-label', describe(byKey.get(id), indicator));
    }
    if (older) recolourOlder(indicator, scale);
    drawLabels();
  }

  function describe(district, indicator) {
    const name = language.pick(district.name);
    if (!indicator) return name;
    const entry = indicator.districts[district.id];
    const then = app.comparison?.oldValue(indicator.id, district.id);
    const was = numbersExist(then) ? `${language.pick(app.comparison.before.labels[0])} ${numbers.withUnit(then, indicator.unit)}, ` : '';
    return `${name}: ${language.pick(indicator.title)} ${was}${numbers.withUnit(entry?.value, indicator.unit)}`;
  }

  /* Bigger districts first; a label that would touch one already there is left out until the map is closer. */
  function drawLabels() {
    labels.clearLayers();
    if (!store.get().labels) return;
    const indicator = app.indicator();
    const taken = [];
    const chosen = store.get().district;
    const order = [...list].sort((a, b) => (b.id === chosen) - (a.id === chosen) || b.rank - a.rank || (a.id < b.id ? -1 : 1));
    for (const district of order) {
      const point = map.latLngToContainerPoint([district.label[1], district.label[0]]);
      const value = indicator ? indicator.districts[district.id]?.value : undefined;
      const text = labelText(indicator, district.id, value);
      const name = language.pick(district.name);
      const width = Math.min(120, Math.max(widthOf(name, 13), widthOf(text ?? '', 12))) + 6;
      const lines = Math.min(2, Math.ceil(widthOf(name, 13) / 118));
      const height = 17 * lines + (text ? 16 : 0);
      const box = [point.x - width / 2, point.y - height / 2, point.x + width / 2, point.y + height / 2];
      if (taken.some((other) => meets(box, other))) continue;
      taken.push(box);
      addLabel(district, name, text);
    }
  }

  function labelText(indicator, id, value) {
    if (!indicator || !numbers.exists(value)) return null;
    const now = numbers.label(value, indicator.unit);
    const then = app.comparison?.active() ? app.comparison.oldValue(indicator.id, id) : undefined;
    return numbersExist(then) ? `${numbers.number(then, indicator.unit)} → ${now}` : now;
  }

  function addLabel(district, name, text) {
    const html = h('span', { class: 'district-label' }, h('span', { class: 'name' }, name), text ? h('b', {}, text) : null);
    const place = L.divIcon({ html, className: '', iconSize: [0, 0] });
    labels.addLayer(L.marker([district.label[1], district.label[0]], { pane: 'labels', interactive: false, keyboard: false, icon: place }));
  }

  function showChosen() {
    halo.clearLayers();
    const chosen = byKey.get(store.get().district);
    for (const [id, path] of paths) path.getElement().setAttribute('aria-pressed', String(id === chosen?.id));
    if (!chosen) return;
    for (const properties of [{ fill: false, color: '#ffffff', weight: 6 }, { fill: false, color: '#16242f', weight: 2.8 }]) {
      halo.addData({ type: 'Feature', geometry: chosen.shape, properties });
    }
  }

  map.on('zoomend', drawLabels);
  map.on('resize', drawLabels);
  return {
    list,
    get: (id) => byKey.get(id),
    bounds: (id) => paths.get(id)?.getBounds(),
    classes,
    recolour,
    drawLabels,
    showChosen,
    setOpacity(opacity) {
      map.getPane('districts').style.opacity = opacity;
      if (older) map.getPane('districts-before').style.opacity = opacity;
    },
    setShown(shown) {
      map.getPane('districts').style.visibility = shown ? '' : 'hidden';
    },
  };
}

function widthOf(text, size) {
  let width = 0;
  for (const char of text) width += char.codePointAt(0) > 0x2e80 ? size : size * 0.58;
  return width;
}

function meets(a, b) {
  return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
}
