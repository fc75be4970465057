/* Layers over the districts: read from the page when first shown, drawn as tiles, asked what lies at a point. */

function createOverlays(app) {
  const { map, store, model } = app;
  const entries = new Map(model.layers.map((entry) => [entry.id, entry]));
  const drawn = new Map();
  const loaded = new Map();
  const columns = new Map();
  const pictures = new Map(model.surfaces.map((surface) => [surface.id, surface]));

  function paneOf(entry) {
    const { swipe } = store.get();
    if (swipe?.before && entry.kind === swipe.before) return 'swipe-before';
    if (swipe?.after && entry.kind === swipe.after) return 'swipe-after';
    if (entry.change) return 'context';
    return entry.era && app.comparison?.active() ? `${basePane(entry)}-${entry.era}` : basePane(entry);
  }

  function basePane(entry) {
    if (pictures.has(entry.id)) return 'raster';
    if (entry.indicator) return 'evidence';
    return { control: 'control', quality: 'quality' }[entry.group] ?? (entry.group === 'background' ? 'background' : 'context');
  }

  /* Shown by the reader's own choice, else because the chosen indicator speaks of it. */
  function isOn(entry) {
    const { on, indicator, swipe } = store.get();
    if (entry.era === 'before' && !app.comparison.active()) return false;
    if (entry.era === 'before' && known(entry.of)) return isOn(known(entry.of));
    if (swipe && !swipe.runs && entry.indicator) return false;
    if (swipe && !swipe.runs && [swipe.before, swipe.after].includes(entry.kind)) return true;
    if (entry.id in on) return on[entry.id];
    if (entry.indicator) return entry.indicator === indicator;
    return Boolean(entry.on) || contextOf(indicator).includes(entry.kind);
  }

  const known = (id) => entries.get(id) ?? pictures.get(id);

  /* A layer the evidence already draws would only cover it; points and lines of other kinds help. */
  function contextOf(id) {
    const indicator = model.indicators.find((one) => one.id === id);
    if (!indicator) return [];
    return indicator.layers.filter((kind) => ['parks', 'park_entrances', 'stations', 'source_zones'].includes(kind));
  }

  function load(id) {
    if (!loaded.has(id)) {
      loaded.set(id, takeBlob(`${id}-shapes`).then((bytes) => unpack(bytes, entries.get(id))));
    }
    return loaded.get(id);
  }

  function loadColumns(id) {
    if (!columns.has(id)) columns.set(id, readColumns(id));
    return columns.get(id);
  }

  /* The class stands with the shapes, not twice. */
  async function readColumns(id) {
    const entry = entries.get(id);
    const [values, data] = await Promise.all([takeColumns(`${id}-columns`), load(id)]);
    return values.map((column) => column ?? Array.from(data.classes, (at) => entry.classes[at].id));
  }

  function apply() {
    const jobs = [];
    for (const entry of entries.values()) {
      if (entry.indicator && entry.indicator !== store.get().indicator) hide(entry.id);
      else if (isOn(entry)) jobs.push(show(entry));
      else hide(entry.id);
    }
    for (const surface of pictures.values()) {
      if (isOn(surface)) showPicture(surface);
      else hide(surface.id);
    }
    return Promise.all(jobs);
  }

  async function show(entry) {
    const pane = paneOf(entry);
    const there = drawn.get(entry.id);
    if (there && there.options.pane !== pane) hide(entry.id);
    if (!drawn.has(entry.id)) {
      const tiles = new PackedTiles({ pane, styles: entry.classes.map((one) => one.style), opacity: opacityOf(entry.of ?? entry.id) });
      drawn.set(entry.id, tiles);
      const data = await load(entry.id);
      if (drawn.get(entry.id) !== tiles) return;
      tiles.data = data;
      tiles.addTo(map);
    }
    drawn.get(entry.id).setOpacity(opacityOf(entry.of ?? entry.id));
  }

  function showPicture(surface) {
    const pane = paneOf(surface);
    if (drawn.has(surface.id) && drawn.get(surface.id).options.pane !== pane) hide(surface.id);
    if (!drawn.has(surface.id)) {
      drawn.set(surface.id, L.imageOverlay(surface.url, surface.bounds, { pane, className: 'picture' }).addTo(map));
    }
    drawn.get(surface.id).setOpacity(opacityOf(surface.of ?? surface.id));
  }

  function hide(id) {
    drawn.get(id)?.remove();
    drawn.delete(id);
  }

  function opacityOf(id) {
    return store.get().opacity[id] ?? (pictures.has(id) ? 0.75 : 1);
  }

  /* The uppermost feature at a point among the layers shown. */
  function hit(point) {
    const reach = (7 * WORLD) / (256 * 2 ** map.getZoom());
    const order = ['quality', 'control', 'context', 'evidence', 'background'];
    const depth = (tiles) => order.indexOf(tiles.options.pane.replace(/-(before|after)$/, ''));
    const other = app.comparison?.active() ? app.swipe.otherSide(point) : null;
    const shown = [...drawn.entries()].filter(([id, tiles]) => tiles.data && !(other && entries.get(id).era === other))
      .sort(([, a], [, b]) => depth(a) - depth(b));
    for (const wanted of ['point', 'line', 'polygon']) {
      for (const [id, tiles] of shown) {
        if (tiles.data.shape !== wanted || isAreaOutline(entries.get(id))) continue;
        const feature = featureAt(tiles.data, point, reach);
        if (feature >= 0) return { layer: id, feature };
      }
    }
    return null;
  }

  /* Protection lines are drawn as outlines over everything: what lies under them is what a reader points at. */
  function isAreaOutline(entry) {
    return entry.group === 'control' && entry.shape === 'polygon' && store.get().on[entry.id] !== true;
  }

  /* The older run's drawing of a layer follows the newer one's in panel and search. */
  function hasPartner(entry) {
    return entry.era === 'before' && Boolean(known(entry.of));
  }

  return {
    entries,
    pictures,
    isOn,
    apply,
    load,
    loadColumns,
    hit,
    get: (id) => entries.get(id),
    ofIndicator: (id) => [...entries.values()].filter((entry) => entry.indicator === id && !hasPartner(entry)),
    hasPartner,
    drawnLayers: () => [...app.ground.parts, ...[...drawn.values()].filter((one) => one.data)],
    opacityOf,
  };
}
