/* The view in the address: what is seen can be sent to somebody who has the same file. */

function readAddress(model) {
  const given = new URLSearchParams(window.location.hash.slice(1));
  const known = (list, id) => (list.some((one) => one.id === id) ? id : undefined);
  const [zoom, lat, lng] = (given.get('at') ?? '').split('/').map(Number);
  const ids = new Set([...model.layers.map((one) => one.id), ...model.surfaces.map((one) => one.id), 'districts', 'basemap']);
  const on = {};
  for (const part of (given.get('on') ?? '').split(',')) {
    const id = part.replace(/^-/, '');
    if (ids.has(id)) on[id] = !part.startsWith('-');
  }
  return {
    lang: ['zh', 'en'].includes(given.get('lang')) ? given.get('lang') : undefined,
    indicator: given.get('show') === 'none' ? null : known(model.indicators, given.get('show')),
    district: known(model.ground.districts, given.get('district')),
    at: [zoom, lat, lng].every(Number.isFinite) && zoom >= 1 && zoom <= 20 && Math.abs(lat) <= 85 && Math.abs(lng) <= 540 ? { zoom, lat, lng } : undefined,
    on,
  };
}

function createAddress(app) {
  const { map, store } = app;
  let waiting = 0;

  function text() {
    const { lang, indicator, district, on } = store.get();
    const center = map.getCenter();
    const parts = new URLSearchParams();
    parts.set('at', `${map.getZoom().toFixed(2)}/${center.lat.toFixed(5)}/${center.lng.toFixed(5)}`);
    parts.set('lang', lang);
    parts.set('show', indicator ?? 'none');
    if (district) parts.set('district', district);
    const layers = Object.entries(on).map(([id, shown]) => (shown ? id : `-${id}`));
    if (layers.length) parts.set('on', layers.join(','));
    return `#${parts.toString().replaceAll('%2F', '/').replaceAll('%2C', ',')}`;
  }

  function write() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (!document.body.classList.contains('printing')) window.history.replaceState(null, '', text());
    }, 250);
  }

  map.on('moveend', write);
  store.watch(['lang', 'indicator', 'district', 'on'], (_, before) => before && write());
  return { text, link: () => window.location.href.split('#')[0] + text() };
}
