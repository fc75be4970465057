/* One panel that is legend and layer control: a row per layer, with the very colours and hatches of the map. */

function swatch(style, shape) {
  const [width, height, scale] = [22, 14, 2];
  const canvas = h('canvas', { class: 'swatch', width: width * scale, height: height * scale, 'aria-hidden': 'true' });
  const pen = canvas.getContext('2d');
  const frame = { west: 0, north: 0, perUnit: 1, pixels: width * scale, scale, zoom: 20 };
  const [w, y] = [width * scale, (height * scale) / 2];
  if (shape === 'point') {
    pen.beginPath();
    traceSymbol(pen, style.symbol ?? 'circle', w / 2, y, 6 * scale);
    pen.fillStyle = style.fill ?? '#ffffff';
    pen.strokeStyle = style.stroke ?? '#333333';
    pen.lineWidth = 1.4 * scale;
    pen.fill();
    pen.stroke();
    return canvas;
  }
  const path = new Path2D();
  if (shape === 'line') {
    path.moveTo(4, y);
    path.lineTo(w - 4, y);
  } else {
    path.rect(2, 2, w - 4, height * scale - 4);
    pen.fillStyle = style.hatch ? hatchPattern(pen, style, scale) : style.fill ?? 'rgba(0,0,0,0)';
    pen.fill(path);
  }
  strokePath(pen, frame, path, style, shape);
  return canvas;
}

function createPanel(app) {
  const { store, model, language, overlays, districts, numbers } = app;
  const { t, pick } = language;
  const root = trap(byId('panel'));
  const folded = new Map();
  let adjusting = false;

  function draw() {
    const { panel } = store.get();
    root.classList.toggle('closed', !panel);
    root.replaceChildren(head(panel), h('div', { class: 'panel-body', id: 'panel-body', hidden: !panel }, ...groups()));
  }

  function head(open) {
    return h('div', { class: 'panel-head' },
      h('button', { type: 'button', class: 'panel-toggle', 'aria-expanded': String(open), 'aria-controls': 'panel-body', on: { click: () => store.set({ panel: !open }) } },
        icon('layers'), h('span', {}, t('panel'))),
      open ? h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(adjusting), on: { click: toggleAdjusting } }, t(adjusting ? 'opacity_done' : 'opacity_adjust')) : null);
  }

  function toggleAdjusting() {
    adjusting = !adjusting;
    draw();
    root.querySelector('.panel-head .quiet').focus();
  }

  function groups() {
    const rows = { indicator: [districtRow(), ...evidenceRows()] };
    for (const entry of [...overlays.entries.values(), ...overlays.pictures.values()]) {
      if (entry.era === 'before' && (overlays.hasPartner(entry) || !app.comparison.active())) continue;
      if (!entry.indicator) (rows[entry.group] ??= []).push(layerRow(entry));
    }
    if (app.basemap) (rows.background ??= []).push(basemapRow());
    const all = model.palette.groups.filter((name) => rows[name]?.length)
      .map((name) => group(name, rows[name]));
    return (app.comparison ? [swipeButton(), ...all] : [...all, swipeButton()]).filter(Boolean);
  }

  /* A group with nothing shown on the map is folded until the reader opens it. */
  function group(name, rows) {
    const shown = rows.filter((one) => one.dataset?.on === 'true').length;
    const open = name === 'indicator' || !(folded.get(name) ?? !shown);
    const fold = () => {
      folded.set(name, open);
      draw();
      byId(`fold-${name}`).focus();
    };
    const title = name === 'indicator' ? t(model.indicators.length ? `group_${name}` : 'city')
      : h('button', { type: 'button', id: `fold-${name}`, 'aria-expanded': String(open), on: { click: fold } }, h('span', {}, t(`group_${name}`)), h('small', {}, `${shown}/${rows.length}`));
    return h('fieldset', { 'data-open': String(open) }, h('legend', {}, title), ...(open ? rows : []));
  }

  function unfold(id) {
    const entry = overlays.get(id) ?? overlays.pictures.get(id);
    if (entry) folded.set(entry.group, false);
  }

  function refusalNote() {
    const reasons = app.comparison?.obstacles(store.get().indicator) ?? [];
    return reasons.length ? app.comparison.refusal(reasons) : null;
  }

  function evidenceRows() {
    const entries = overlays.ofIndicator(store.get().indicator);
    if (entries.length) return entries.map((entry) => layerRow(entry, evidenceTitle(entry, entries.length)));
    return store.get().indicator ? [h('p', { class: 'hint' }, t('no_evidence'))] : [];
  }

  function evidenceTitle(entry, count) {
    if (entry.change) return pick(entry.title);
    return count > 1 ? `${t('evidence')} · ${t(`shape_${entry.shape}`)}` : t('evidence');
  }

  function districtRow() {
    const indicator = app.indicator();
    const scale = districts.classes(indicator);
    const title = indicator ? pick(indicator.title) : t('districts');
    const on = store.get().on.districts !== false;
    const keys = on && indicator ? districtKeys(scale, indicator) : null;
    return row('districts', title, on, null, keys, (shown) => setOn('districts', shown));
  }

  function districtKeys(scale, indicator) {
    const items = scale.colours.map((colour, at) => key(swatch({ fill: colour, stroke: '#7b8a94' }, 'polygon'), classText(scale, at, indicator), null)).reverse();
    const values = districts.list.map((district) => indicator.districts[district.id]?.value);
    if (!districts.list.length) return h('p', { class: 'hint' }, t('no_districts'));
    const missing = values.filter((value) => !numbers.exists(value)).length;
    if (missing) items.push(key(swatch({ fill: '#e6eaec', hatch: 'diagonal', ink: '#b4bec5', stroke: '#9aa7b0' }, 'polygon'), t('no_data'), missing));
    const note = scale.target ? h('p', { class: 'hint' }, t('city_target', { target: targetText(app, scale.target) })) : null;
    return h('div', { class: 'keys' }, ...items, note);
  }

  function classText(scale, at, indicator) {
    const unit = indicator.unit;
    const name = numbers.unitName(unit);
    const texts = numbers.limits(scale.limits, unit);
    const [low, high] = [texts[at - 1] ?? null, texts[at] ?? null];
    const mark = scale.target ? { above: t('side_met'), below: t('side_short') }[scale.sides[at]] : '';
    const range = low === null && high === null ? onlyClass(scale, unit) : low === null ? `< ${high}` : high === null ? `≥ ${low}` : `${low} – ${high}`;
    return [range, name].filter(Boolean).join(' ') + (mark ? ` · ${mark}` : '');
  }

  /* All values in one class: from where to where, or the one value there is. */
  function onlyClass(scale, unit) {
    const [low, high] = [scale.low, scale.high].map((value) => numbers.number(value, unit));
    return low === high ? low : `${low} – ${high}`;
  }

  function layerRow(entry, title) {
    const on = overlays.isOn(entry);
    const many = (entry.classes?.length ?? 0) > 1;
    const keys = on && (many || entry.legend) ? h('div', { class: 'keys' }, ...layerKeys(entry)) : null;
    const sample = entry.classes && !many ? swatch(entry.classes[0].style, entry.shape) : null;
    return row(entry.id, title ?? pick(entry.title), on, sample, keys, (shown) => setOn(entry.id, shown), entry);
  }

  function layerKeys(entry) {
    if (entry.legend) return pictureKeys(entry);
    return entry.classes.map((one, at) => (entry.counts[at]
      ? key(swatch(one.style, entry.shape), one.title ? pick(one.title) : t(`severity_${one.severity}`), entry.counts[at]) : null)).filter(Boolean);
  }

  function pictureKeys({ legend: classes, unit }) {
    const edges = numbers.limits([...classes.map((one) => one.from), classes.at(-1)?.to].filter(numbersExist), '');
    return classes.map((one, at) => key(swatch({ fill: one.colour }, 'polygon'), one.title ? pick(one.title) : `${edges[at]} – ${edges[at + 1]} ${unit}`, null));
  }

  function key(sample, text, count) {
    return h('span', { class: 'key' }, sample, h('span', { class: 'key-text' }, text), count === null ? null : h('span', { class: 'count' }, numbers.whole(count)));
  }

  /* What is shown now, for a printed legend: a title with its keys. */
  function legend() {
    const indicator = app.indicator();
    const items = [];
    if (indicator && store.get().on.districts !== false) items.push({ title: pick(indicator.title), keys: districtKeys(districts.classes(indicator), indicator) });
    for (const entry of [...overlays.entries.values(), ...overlays.pictures.values()]) {
      if (!overlays.isOn(entry) || overlays.hasPartner(entry)) continue;
      const many = (entry.classes?.length ?? 0) > 1 || entry.legend;
      const title = entry.indicator ? evidenceTitle(entry, overlays.ofIndicator(entry.indicator).length) : pick(entry.title);
      const named = entry.proxy ? `${title} (${t('proxy')})` : title;
      items.push({ title: many ? named : null, keys: h('div', { class: 'keys' }, ...(many ? layerKeys(entry) : [key(swatch(entry.classes[0].style, entry.shape), named, null)])) });
    }
    return items;
  }

  function row(id, title, on, sample, keys, change, entry) {
    const box = h('input', { type: 'checkbox', id: `layer-${id}`, checked: on });
    box.addEventListener('change', () => {
      unfold(id);
      change(box.checked);
      byId(`layer-${id}`)?.focus();
    });
    return h('div', { class: 'layer', 'data-on': String(on) },
      h('label', {}, box, sample, h('span', { class: 'layer-title' }, title), entry?.proxy ? h('em', { class: 'proxy', title: t('proxy_long') }, t('proxy')) : null),
      keys, on && adjusting ? slider(id, title) : null,
      entry?.slivers ? h('p', { class: 'hint' }, t('slivers', { count: numbers.whole(entry.slivers) })) : null,
      entry?.without_shape ? h('p', { class: 'hint' }, t('without_shape', { count: entry.without_shape })) : null);
  }

  function slider(id, title) {
    const value = Math.round(overlays.opacityOf(id) * 100);
    const output = h('output', {}, `${value}%`);
    const range = h('input', { type: 'range', min: 0, max: 100, step: 5, value, 'aria-label': `${t('opacity')} ${title}` });
    range.addEventListener('input', () => {
      output.textContent = `${range.value}%`;
      store.set({ opacity: { ...store.get().opacity, [id]: range.value / 100 } });
    });
    return h('div', { class: 'slider' }, h('span', {}, t('opacity')), range, output);
  }

  function basemapRow() {
    const on = store.get().on.basemap !== false;
    const note = model.basemap.key_in_file ? h('p', { class: 'hint warn' }, t('key_warning')) : null;
    return row('basemap', pick(model.basemap.title), on, null, note, (shown) => setOn('basemap', shown));
  }

  function swipeButton() {
    const pair = app.swipePair();
    if (!pair) return null;
    const refused = refusalNote();
    if (refused) return refused;
    const active = Boolean(store.get().swipe);
    const text = pair.runs ? (active ? 'compare_stop' : 'compare_start') : active ? 'swipe_stop' : 'swipe_start';
    return h('button', { type: 'button', class: 'wide', 'aria-pressed': String(active), on: { click: () => store.set({ swipe: active ? null : pair }) } },
      icon('swap'), t(text));
  }

  function setOn(id, shown) {
    store.set({ on: { ...store.get().on, [id]: shown } });
  }

  store.watch(['panel', 'on', 'indicator', 'lang', 'swipe'], draw);
  return { draw, legend, unfold };
}
