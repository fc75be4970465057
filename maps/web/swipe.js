/* Before and after, side by side under a handle. */

function createSwipe(app) {
  const { map, store, language } = app;
  const { t, pick } = language;
  const names = [h('span', { class: 'swipe-name before' }), h('span', { class: 'swipe-name after' })];
  const handle = trap(h('button', { type: 'button', class: 'swipe-handle', role: 'slider', 'aria-valuemin': 0, 'aria-valuemax': 100 }, icon('swap')));
  const bar = h('div', { class: 'swipe', hidden: true }, ...names, handle);
  let share = 0.5;
  byId('stage').append(bar);

  const isActive = () => Boolean(store.get().swipe) && (!app.comparison || app.comparison.active());

  function panes(era) {
    if (!app.comparison) return [map.getPane(`swipe-${era}`)];
    const own = ERA_PANES.map((name) => map.getPane(`${name}-${era}`));
    return era === 'after' ? [...own, map.getPane('districts')] : own;
  }

  function clip() {
    const active = isActive();
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const x = corner.x + size.x * share;
    const [top, bottom] = [corner.y, corner.y + size.y];
    const box = (left, right) => (active ? `rect(${top}px, ${right}px, ${bottom}px, ${left}px)` : '');
    for (const pane of panes('before')) pane.style.clip = box(corner.x, x);
    for (const pane of panes('after')) pane.style.clip = box(x, corner.x + size.x);
    bar.style.left = `${size.x * share}px`;
    handle.setAttribute('aria-valuenow', String(Math.round(share * 100)));
  }

  /* The handle first stands in the middle of the city, not of the window. */
  function toCity() {
    const middle = map.latLngToContainerPoint(app.ground.home.getCenter()).x / map.getSize().x;
    moveTo(middle > 0.1 && middle < 0.9 ? middle : 0.5);
  }

  function moveTo(next) {
    share = Math.min(0.98, Math.max(0.02, next));
    clip();
  }

  handle.addEventListener('pointerdown', (event) => {
    handle.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  handle.addEventListener('pointermove', (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = map.getContainer().getBoundingClientRect();
    moveTo((event.clientX - box.left) / box.width);
  });
  handle.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -0.04, ArrowRight: 0.04, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    moveTo(share + step);
  });

  map.on('move zoom zoomend resize viewreset', clip);
  store.watch(['swipe', 'lang', 'indicator'], ({ swipe }) => {
    bar.hidden = !isActive();
    handle.setAttribute('aria-label', t('swipe_handle'));
    if (swipe) names.forEach((name, at) => { name.textContent = swipe.runs ? pick(app.comparison.before.labels[at]) : caption(at ? swipe.after : swipe.before); });
    handle.setAttribute('aria-valuetext', names.map((name) => name.textContent).join(' | '));
    clip();
  });

  function caption(kind) {
    const entry = app.overlays.get(`layer-${kind}-polygon`);
    return [pick(entry.title), entry.as_of].filter(Boolean).join(' ');
  }

  return {
    moveTo,
    toCity,
    share: () => share,
    isActive,
    /* The side that a point does not lie on. */
    otherSide: (point) => (map.latLngToContainerPoint(point).x < map.getSize().x * share ? 'after' : 'before'),
  };
}
