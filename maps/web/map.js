/* The ground: sea, land with its shore, panes in drawing order, scale, readout, the view that fits. */

const PANES = [
  ['basemap', 150], ['sea', 180], ['land', 200], ['districts', 300], ['raster', 310], ['background', 320], ['evidence', 420],
  ['context', 430], ['control', 440], ['swipe-before', 450], ['swipe-after', 451], ['outline', 500], ['selected', 520],
  ['quality', 560], ['measure', 610], ['labels', 640],
];
const SHORE = [[22, 0.22], [14, 0.34], [7, 0.6]];

function createGround(map, model, language) {
  for (const [name, order] of PANES) {
    const pane = map.createPane(name);
    pane.style.zIndex = order;
    if (name !== 'districts') pane.style.pointerEvents = 'none';
  }
  map.options.maxZoom = 20;
  map.options.minZoom = 3;
  map.boxZoom.disable();
  const { land, boundary } = model.ground;
  if (land) drawLand(land);
  if (boundary) {
    L.geoJSON(boundary, { pane: 'outline', interactive: false, style: { fill: false, color: '#4f6572', weight: 1.4, dashArray: sameShape(land, boundary) ? null : '6 4' } }).addTo(map);
  }
  const scale = L.control.scale({ imperial: false, position: 'bottomleft', maxWidth: 130 }).addTo(map);
  const [west, south, east, north] = model.ground.bounds;
  const home = L.latLngBounds([south, west], [north, east]);
  const readout = byId('readout');
  let lastHome = null;
  map.on('mousemove', (event) => { readout.textContent = coordinates(event.latlng); });
  map.on('moveend', () => { readout.textContent = coordinates(map.getCenter()); });

  function drawLand(shape) {
    if (!model.basemap) {
      for (const [weight, opacity] of SHORE) {
        L.geoJSON(shape, { pane: 'sea', interactive: false, style: { fill: false, color: '#f4f8fa', weight, opacity, lineJoin: 'round' } }).addTo(map);
      }
    }
    const style = { fillColor: '#fbfaf6', fillOpacity: model.basemap ? 0.15 : 1, color: '#8fa1ac', weight: 1 };
    L.geoJSON(shape, { pane: 'land', interactive: false, style }).addTo(map);
  }

  function coordinates(point) {
    const lng = ((point.lng + 180) % 360 + 360) % 360 - 180;
    const [ns, ew] = [point.lat < 0 ? 'S' : 'N', lng < 0 ? 'W' : 'E'];
    return `${Math.abs(point.lat).toFixed(5)}° ${ns}  ${Math.abs(lng).toFixed(5)}° ${ew}`;
  }

  /* Only once the first view stands: Leaflet would glide there otherwise, against the fit. */
  function limitTravel() {
    map.options.maxBoundsViscosity = 0.6;
    map.setMaxBounds(home.pad(1.5));
  }

  /* Room the floating parts take from the map, so that what is shown is not under them. */
  function margins() {
    const stage = byId('stage').getBoundingClientRect();
    if (document.body.classList.contains('printing')) return { paddingTopLeft: [10, 10], paddingBottomRight: [10, 10] };
    if (isPhone()) {
      const card = byId('details').hidden ? byId('side').getBoundingClientRect() : byId('details').getBoundingClientRect();
      return { paddingTopLeft: [12, 58], paddingBottomRight: [byId('details').hidden ? 12 : 60, Math.max(20, stage.bottom - card.top + 12)] };
    }
    const panel = byId('panel').getBoundingClientRect();
    const left = panel.height > stage.height * 0.4 ? panel.right - stage.left + 14 : 24;
    const right = byId('details').hidden ? 64 : stage.right - byId('details').getBoundingClientRect().left + 64;
    return stage.width - left - right < 220 ? { paddingTopLeft: [24, 24], paddingBottomRight: [24, 24] }
      : { paddingTopLeft: [left, 24], paddingBottomRight: [right, 40] };
  }

  function fit(bounds, options) {
    if (!bounds || !bounds.isValid()) return;
    map.fitBounds(bounds, { ...margins(), maxZoom: 17, animate: !prefersStill() && options?.animate !== false });
  }

  /* Opening a card makes room again, unless the reader has moved the map. */
  function fitHome(options) {
    fit(home, { animate: false, ...options });
    lastHome = viewKey();
  }

  function viewKey() {
    return `${map.getZoom().toFixed(3)} ${map.getCenter().lat.toFixed(5)} ${map.getCenter().lng.toFixed(5)}`;
  }

  return {
    home,
    refitHome: () => lastHome === viewKey() && fitHome(),
    limitTravel,
    fit,
    fitHome,
    scale,
    relabel() {
      map.getContainer().setAttribute('role', 'application');
      map.getContainer().setAttribute('aria-label', language.t('map_label', { city: language.pick(model.city.name) }));
    },
  };
}

function sameShape(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
