/* Packed layers on canvas tiles: drawn in slices of time, crisp at any zoom, pixels where shapes are smaller than one. */

const SLICE_MS = 10;
const FEATURES_PER_STEP = 1500;
const SMALL_PX = 2.2;

/* One queue for all layers, so that together they never hold the page longer than a slice. */
const drawing = {
  jobs: [],
  running: false,
  add(job) {
    this.jobs.push(job);
    if (!this.running) {
      this.running = true;
      setTimeout(() => this.slice(), 0);
    }
  },
  slice() {
    const start = performance.now();
    while (this.jobs.length && performance.now() - start < SLICE_MS) this.step();
    if (this.jobs.length) setTimeout(() => this.slice(), 0);
    else this.running = false;
  },
  step() {
    const job = this.jobs[0];
    if (job.dropped?.() || job.steps.next().done) {
      this.jobs.shift();
      job.done();
    }
  },
  /* Everything now: a printed page does not wait. */
  flush() {
    while (this.jobs.length) this.step();
  },
};

const PackedTiles = L.GridLayer.extend({
  options: { tileSize: 512, updateWhenZooming: false, updateWhenIdle: false, keepBuffer: 1, noWrap: true, maxZoom: 24, styles: [] },

  setData(data) {
    this.data = data;
    return this.redraw();
  },

  /* Draws the view anew at once; nothing of an earlier view stays. */
  drawNow() {
    this.redraw();
    drawing.flush();
  },

  createTile(coords, done) {
    const canvas = document.createElement('canvas');
    const pixels = Math.round(this.options.tileSize * Math.min(2, window.devicePixelRatio || 1));
    const scale = pixels / this.options.tileSize;
    canvas.width = pixels;
    canvas.height = pixels;
    const key = this._tileCoordsToKey(coords);
    if (this.data) {
      const steps = drawTile(canvas, tileFrame(coords, this.options.tileSize, scale), this.data, this.options.styles);
      drawing.add({ steps, done: () => done(null, canvas), dropped: () => !this._map || !this._tiles[key] });
    } else {
      setTimeout(() => done(null, canvas), 0);
    }
    return canvas;
  },

  /* Leaflet rounds the zoom of tiles; drawing at the true zoom keeps lines and hatches sharp. */
  _setView(center, zoom, noPrune, noUpdate) {
    if (!noUpdate) {
      this._tileZoom = zoom;
      this._updateLevels();
      this._resetGrid();
      this._update(center);
      if (!noPrune) this._pruneTiles();
      this._noPrune = Boolean(noPrune);
    }
    this._setZoomTransforms(center, zoom);
  },

  /* Old tiles stay until the new ones are there, so nothing blinks. */
  _pruneTiles() {
    if (this._map && !this._noTilesToLoad()) return;
    L.GridLayer.prototype._pruneTiles.call(this);
  },
});

/* What a tile shows: its corner and scale in world units. */
function tileFrame(coords, tileSize, scale) {
  const unitsPerPixel = WORLD / (256 * 2 ** coords.z);
  const size = tileSize * unitsPerPixel;
  return {
    west: coords.x * size,
    north: coords.y * size,
    east: (coords.x + 1) * size,
    south: (coords.y + 1) * size,
    perUnit: scale / unitsPerPixel,
    pixels: Math.round(tileSize * scale),
    scale,
    zoom: coords.z,
  };
}

function* drawTile(canvas, frame, data, styles) {
  const context = canvas.getContext('2d');
  const margin = (14 * frame.scale) / frame.perUnit;
  const byClass = styles.map(() => []);
  const dots = data.shape === 'point' ? null : createDots(canvas, frame, styles);
  within(data, frame.west - margin, frame.north - margin, frame.east + margin, frame.south + margin, (feature) => {
    if (!dots || !dots.take(data, feature)) byClass[data.classes[feature]]?.push(feature);
  });
  yield;
  if (dots) dots.put(context);
  for (let index = 0; index < styles.length; index += 1) {
    if (!byClass[index].length) continue;
    if (data.shape === 'point') drawPoints(context, frame, data, byClass[index], styles[index]);
    else yield* drawShapes(context, frame, data, byClass[index], styles[index]);
    yield;
  }
}

/* Shapes smaller than two pixels become pixels, written straight into the picture. */
function createDots(canvas, frame, styles) {
  const size = frame.pixels;
  const small = (SMALL_PX * frame.scale) / frame.perUnit;
  const colours = styles.map((style) => packedColour(style.fill ?? style.stroke));
  let image = null;
  let pixels = null;
  return {
    take(data, feature) {
      const b = feature * 4;
      const { boxes } = data;
      if (boxes[b + 2] - boxes[b] > small || boxes[b + 3] - boxes[b + 1] > small) return false;
      if (boxes[b] > frame.east || boxes[b + 2] < frame.west || boxes[b + 1] > frame.south || boxes[b + 3] < frame.north) return true;
      if (!image) {
        image = new ImageData(size, size);
        pixels = new Uint32Array(image.data.buffer);
      }
      const colour = colours[data.classes[feature]];
      const left = Math.max(0, Math.floor((boxes[b] - frame.west) * frame.perUnit));
      const top = Math.max(0, Math.floor((boxes[b + 1] - frame.north) * frame.perUnit));
      const right = Math.min(size - 1, Math.max(left, Math.round((boxes[b + 2] - frame.west) * frame.perUnit) - 1));
      const bottom = Math.min(size - 1, Math.max(top, Math.round((boxes[b + 3] - frame.north) * frame.perUnit) - 1));
      for (let row = top; row <= bottom; row += 1) pixels.fill(colour, row * size + left, row * size + right + 1);
      return true;
    },
    put(context) {
      if (image) context.putImageData(image, 0, 0);
    },
  };
}

function packedColour(hex) {
  const value = Number.parseInt(hex.slice(1), 16);
  return (0xff000000 | ((value & 255) << 16) | (value & 0xff00) | (value >>> 16)) >>> 0;
}

function* drawShapes(context, frame, data, features, style) {
  const paint = style.hatch ? hatchPattern(context, style, frame.scale) : style.fill;
  for (let from = 0; from < features.length; from += FEATURES_PER_STEP) {
    const path = new Path2D();
    for (const feature of features.slice(from, from + FEATURES_PER_STEP)) trace(path, frame, data, feature);
    for (const [width, colour] of style.shore ?? []) strokePath(context, frame, path, { stroke: colour, width }, data.shape);
    if (data.shape === 'polygon' && paint) {
      context.fillStyle = paint;
      context.fill(path, 'nonzero');
    }
    strokePath(context, frame, path, style, data.shape);
    yield;
  }
}

function strokePath(context, frame, path, style, shape) {
  if (!style.stroke) return;
  const thin = shape === 'polygon' && !style.width && frame.zoom < 13;
  const width = (style.width ?? (shape === 'line' ? 2.4 : 0.8)) * frame.scale * (thin ? 0.5 : 1);
  context.lineJoin = 'round';
  context.lineCap = 'round';
  if (style.casing) {
    context.strokeStyle = style.casing;
    context.lineWidth = width + 2.4 * frame.scale;
    context.stroke(path);
  }
  context.strokeStyle = style.stroke;
  context.lineWidth = width;
  context.stroke(path);
}

/* Adds a feature's rings; points nearer than half a pixel, or wholly off one side of the tile, are passed over. */
function trace(path, frame, data, feature) {
  const { x, y, ringStart, featureRing } = data;
  const { west, north, perUnit, pixels } = frame;
  const far = 20 * frame.scale;
  const closed = data.shape === 'polygon';
  for (let ring = featureRing[feature]; ring < featureRing[feature + 1]; ring += 1) {
    const end = ringStart[ring + 1];
    let [lastX, lastY, lastSide] = [NaN, NaN, 0];
    let waiting = false;
    for (let at = ringStart[ring]; at < end; at += 1) {
      const px = (x[at] - west) * perUnit;
      const py = (y[at] - north) * perUnit;
      const side = (px < -far ? 1 : px > pixels + far ? 2 : 0) | (py < -far ? 4 : py > pixels + far ? 8 : 0);
      const first = at === ringStart[ring];
      const off = (side & lastSide) !== 0 && !first && at !== end - 1;
      const near = Math.abs(px - lastX) < 0.5 && Math.abs(py - lastY) < 0.5 && !first && at !== end - 1;
      if (off) {
        waiting = true;
      } else if (!near) {
        if (waiting) {
          const before = at - 1;
          path.lineTo((x[before] - west) * perUnit, (y[before] - north) * perUnit);
          waiting = false;
        }
        if (first) path.moveTo(px, py);
        else path.lineTo(px, py);
        lastX = px;
        lastY = py;
      }
      lastSide = off ? side & lastSide : side;
    }
    if (closed) path.closePath();
  }
}

/* Seen from far away symbols shrink, so that many of them do not hide the map. */
function drawPoints(context, frame, data, features, style) {
  const far = Math.min(1, Math.max(0.4, (frame.zoom - 9) / 5));
  const radius = (style.radius ?? 6) * frame.scale * far;
  context.lineWidth = (0.5 + 0.9 * far) * frame.scale;
  context.lineJoin = 'round';
  for (const feature of features) {
    const at = data.ringStart[data.featureRing[feature]];
    const px = (data.x[at] - frame.west) * frame.perUnit;
    const py = (data.y[at] - frame.north) * frame.perUnit;
    context.beginPath();
    traceSymbol(context, style.symbol ?? 'circle', px, py, radius);
    context.fillStyle = style.fill ?? '#ffffff';
    context.strokeStyle = style.stroke ?? '#333333';
    context.fill();
    context.stroke();
  }
}

function traceSymbol(context, symbol, x, y, radius) {
  if (symbol === 'triangle') {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, y + radius * 0.8);
    context.lineTo(x - radius, y + radius * 0.8);
    context.closePath();
  } else if (symbol === 'square') {
    context.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6);
  } else {
    context.arc(x, y, radius * 0.85, 0, 7);
  }
}
