/* Distance and area on the ellipsoid, by pointer or from the keyboard at the middle of the map. */

function createMeasure(app) {
  const { map, store, language, numbers } = app;
  const { t } = language;
  const drawn = L.layerGroup().addTo(map);
  let points = [];
  let finished = false;

  function mode() {
    return store.get().measure;
  }

  function start(kind) {
    store.set({ measure: mode() === kind ? null : kind });
  }

  function reset() {
    points = [];
    finished = false;
    draw();
    const active = Boolean(mode());
    byId('stage').classList.toggle('measuring', active);
    map.doubleClickZoom[active ? 'disable' : 'enable']();
    app.notify(active ? t(`measure_${mode()}_help`) : '');
  }

  function add(point) {
    if (finished) points = [];
    finished = false;
    points.push(point);
    draw();
  }

  function finish() {
    finished = true;
    draw();
  }

  function draw(pointer) {
    drawn.clearLayers();
    if (!points.length) return;
    const path = pointer && !finished ? [...points, pointer] : points;
    const style = { pane: 'measure', color: '#16242f', weight: 2.4, dashArray: finished ? null : '6 5', interactive: false, fillColor: '#f2a900', fillOpacity: 0.18 };
    drawn.addLayer(mode() === 'area' && path.length > 2 ? L.polygon(path, style) : L.polyline(path, style));
    for (const point of points) drawn.addLayer(L.circleMarker(point, { pane: 'measure', radius: 4, color: '#16242f', weight: 2, fillColor: '#ffffff', fillOpacity: 1, interactive: false }));
    app.notify(result(path));
  }

  function result(path) {
    const around = mode() === 'area' && path.length > 2;
    const length = pathLength(around ? [...path, path[0]] : path);
    const distance = length >= 1000 ? `${numbers.format(length / 1000, 3)} km` : `${numbers.format(length, 1)} m`;
    if (!around) return t('measured_distance', { distance });
    const area = ringArea(path);
    const size = area >= 1e6 ? `${numbers.format(area / 1e6, 3)} km²` : `${numbers.format(area, 0)} m² (${numbers.format(area / 1e4, 2)} ha)`;
    return t('measured_area', { area: size, distance });
  }

  map.on('click', (event) => mode() && add(event.latlng));
  map.on('dblclick', () => mode() && finish());
  map.on('mousemove', (event) => mode() && points.length && !finished && draw(event.latlng));
  map.getContainer().addEventListener('keydown', (event) => {
    if (!mode() || event.target !== map.getContainer()) return;
    if (event.key === ' ') add(map.getCenter());
    else if (event.key === 'Enter') finish();
    else if (event.key === 'Backspace') points.pop();
    else return;
    event.preventDefault();
    draw();
  });
  store.watch(['measure', 'lang'], (_, before) => before && reset());
  return { start, mode, points: () => points };
}
