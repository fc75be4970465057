/* The ground: sea, land with its shore, panes in drawing order, scale, readout, the view that fits. */

const PANES = [
  ['basemap', 150], ['land', 200], ['districts', 300], ['raster', 310], ['background', 320], ['evidence', 420],
  ['context', 430], ['control', 440], ['swipe-before', 450], ['swipe-after', 451], ['outline', 500], ['selected', 520],
  ['quality', 560], ['measure', 610], ['labels', 640],
];
const SHORE = [[22, '#e2ebf0'], [14, '#eaf1f5'], [7, '#f4f8fa']];

/* Where two runs share a page each side has panes of its own, in the same order. */
const ERA_PANES = ['districts', 'raster', 'background', 'evidence', 'context', 'control'];

function createEraPanes(map) {
  for (const name of ERA_PANES) {
    for (const era of ['before', 'after']) {
      const pane = map.createPane(`${name}-${era}`);
      pane.style.zIndex = map.getPane(name).style.zIndex;
      pane.style.pointerEvents = 'none';
    }
  }
}

function createGround(map, model, language) {
  for (const [name, order] of PANES) {
    const pane = map.createPane(name);
    pane.style.zIndex = order;
    if (name !== 'districts') pane.style.pointerEvents = 'none';
  }
  if (model.before) createEraPanes(map);
  map.options.maxZoom = 20;
  map.options.minZoom = 3;
  map.boxZoom.disable();
  const scale = L.control.scale({ imperial: false, position: 'bottomleft', maxWidth: 130 }).addTo(map);
  const [west, south, east, north] = model.ground.bounds;
  const home = L.latLngBounds([south, west], [north, east]);
  const readout = byId('readout');
  let lastHome = null;
  const parts = [];
  const drawn = Promise.all(model.ground.parts.map(drawPart));
  map.on('mousemove', (event) => { readout.textContent = coordinates(event.latlng); });
  map.on('moveend', () => { readout.textContent = coordinates(map.getCenter()); });

  /* Land with its shore first, the boundary over everything. */
  async function drawPart(part) {
    const name = part.id.replace('ground-', '');
    const tiles = new PackedTiles({ pane: name === 'land' ? 'land' : 'outline', styles: [styleOf(name)] });
    tiles.data = unpack(await takeBlob(`${part.id}-shapes`), part);
    tiles.addTo(map);
    parts.push(tiles);
  }

  function styleOf(name) {
    if (name === 'boundary') return { stroke: '#4f6572', width: model.ground.same ? 1.3 : 1 };
    if (model.basemap) return { stroke: '#8fa1ac', width: 1 };
    return { fill: '#fbfaf6', stroke: '#8fa1ac', width: 0.8, shore: SHORE };
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
  function margins(bounds) {
    const stage = byId('stage').getBoundingClientRect();
    if (document.body.classList.contains('printing')) return { paddingTopLeft: [10, 10], paddingBottomRight: [10, 10] };
    if (isPhone()) {
      const card = byId('details').hidden ? byId('side').getBoundingClientRect() : byId('details').getBoundingClientRect();
      return { paddingTopLeft: [12, 58], paddingBottomRight: [byId('details').hidden ? 12 : 60, Math.max(20, stage.bottom - card.top + 12)] };
    }
    const panel = byId('panel').getBoundingClientRect();
    const right = byId('details').hidden ? 64 : stage.right - byId('details').getBoundingClientRect().left + 64;
    const beside = [[panel.right - stage.left + 14, 24], [right, 40]];
    const below = [[24, panel.bottom - stage.top + 8], [right, 40]];
    const best = roomiest(bounds, [beside, below]);
    return stage.width - best[0][0] - right < 220 ? { paddingTopLeft: [24, 24], paddingBottomRight: [24, 24] }
      : { paddingTopLeft: best[0], paddingBottomRight: best[1] };
  }

  /* Of several ways to leave the panel free, the one that shows the place biggest. */
  function roomiest(bounds, ways) {
    const zoom = ([[left, top], [right, bottom]]) => map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom));
    return ways.reduce((best, way) => (zoom(way) > zoom(best) ? way : best));
  }

  function fit(bounds, options) {
    if (!bounds || !bounds.isValid()) return;
    map.fitBounds(bounds, { ...margins(bounds), maxZoom: 17, animate: !prefersStill() && options?.animate !== false });
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
    parts,
    drawn,
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
