/* Reader of packed layers: columns of small whole numbers become flat arrays, with a tree to find what is where. */

const WORLD = 2 ** 28;
const TREE_WIDTH = 16;

function bytesOfBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

async function unzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* Takes a data block out of the page, so that its text does not stay in memory twice. */
async function takeBlob(id) {
  const element = byId(id);
  const text = element.textContent.trim();
  element.remove();
  return unzip(bytesOfBase64(text));
}

async function takeColumns(id) {
  return JSON.parse(new TextDecoder().decode(await takeBlob(id)));
}

function createReader(bytes) {
  let place = 0;
  return {
    numbers(out) {
      for (let at = 0; at < out.length; at += 1) {
        let value = 0;
        let shift = 0;
        let byte;
        do {
          byte = bytes[place++];
          value |= (byte & 127) << shift;
          shift += 7;
        } while (byte & 128);
        out[at] = value;
      }
      return out;
    },
    bytes(count) {
      place += count;
      return bytes.subarray(place - count, place);
    },
  };
}

/* Gives flat arrays: x, y per vertex; ringStart per ring; featureRing per feature; classes; a tree of boxes. */
function unpack(bytes, meta) {
  const reader = createReader(bytes);
  const ringCounts = reader.numbers(new Uint32Array(meta.features));
  const lengths = reader.numbers(new Uint32Array(meta.rings));
  const x = reader.numbers(new Int32Array(meta.vertices));
  const y = reader.numbers(new Int32Array(meta.vertices));
  const classes = reader.bytes(meta.features);
  const ringStart = sums(lengths);
  addSteps(x, ringStart, meta.origin[0]);
  addSteps(y, ringStart, meta.origin[1]);
  const featureRing = sums(ringCounts);
  const data = { ...meta, x, y, classes, ringStart, featureRing };
  data.boxes = boxesOf(data);
  data.tree = treeOf(data.boxes, meta.features);
  return data;
}

function sums(counts) {
  const out = new Uint32Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) out[at + 1] = out[at] + counts[at];
  return out;
}

/* Steps become positions; a ring's first point counts from the first of the ring before. */
function addSteps(values, ringStart, origin) {
  let first = origin;
  for (let ring = 0; ring + 1 < ringStart.length; ring += 1) {
    let position = first;
    for (let at = ringStart[ring]; at < ringStart[ring + 1]; at += 1) {
      const folded = values[at] >>> 0;
      position += (folded >>> 1) ^ -(folded & 1);
      values[at] = position;
      if (at === ringStart[ring]) first = position;
    }
  }
}

function boxesOf({ x, y, ringStart, featureRing, features }) {
  const boxes = new Int32Array(features * 4);
  for (let feature = 0; feature < features; feature += 1) {
    let [west, north, east, south] = [2147483647, 2147483647, -2147483648, -2147483648];
    const last = ringStart[featureRing[feature + 1]];
    for (let at = ringStart[featureRing[feature]]; at < last; at += 1) {
      if (x[at] < west) west = x[at];
      if (x[at] > east) east = x[at];
      if (y[at] < north) north = y[at];
      if (y[at] > south) south = y[at];
    }
    boxes.set([west, north, east, south], feature * 4);
  }
  return boxes;
}

/* Shapes lie in Hilbert order, so neighbours in the list are neighbours on the ground: boxes of sixteen, and so up. */
function treeOf(boxes, count) {
  const levels = [boxes];
  let size = count;
  while (size > TREE_WIDTH) {
    const below = levels[levels.length - 1];
    const parents = Math.ceil(size / TREE_WIDTH);
    const level = new Int32Array(parents * 4);
    for (let at = 0; at < parents; at += 1) level.set(boxAround(below, at * TREE_WIDTH, Math.min(size, (at + 1) * TREE_WIDTH)), at * 4);
    levels.push(level);
    size = parents;
  }
  return levels;
}

function boxAround(boxes, from, to) {
  let [west, north, east, south] = [2147483647, 2147483647, -2147483648, -2147483648];
  for (let at = from * 4; at < to * 4; at += 4) {
    if (boxes[at] < west) west = boxes[at];
    if (boxes[at + 1] < north) north = boxes[at + 1];
    if (boxes[at + 2] > east) east = boxes[at + 2];
    if (boxes[at + 3] > south) south = boxes[at + 3];
  }
  return [west, north, east, south];
}

/* Calls visit(feature) for every feature whose box meets the given one, in the order of the list. */
function within(data, west, north, east, south, visit) {
  const { tree, features } = data;
  const descend = (depth, from, to) => {
    const boxes = tree[depth];
    for (let at = from; at < to; at += 1) {
      const b = at * 4;
      if (boxes[b] > east || boxes[b + 2] < west || boxes[b + 1] > south || boxes[b + 3] < north) continue;
      if (depth === 0) visit(at);
      else descend(depth - 1, at * TREE_WIDTH, Math.min((at + 1) * TREE_WIDTH, tree[depth - 1].length / 4));
    }
  };
  const top = tree.length - 1;
  descend(top, 0, tree[top].length / 4 || features);
}

function worldOf(point) {
  const sine = Math.sin(point.lat * RADIAN);
  return {
    x: ((point.lng + 180) / 360) * WORLD,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD,
  };
}

function degreesOf(x, y) {
  const lat = Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) / RADIAN;
  return L.latLng(lat, (x / WORLD) * 360 - 180);
}

/* The feature at a point: the last drawn area around it, or the nearest line or point within `reach` world units. */
function featureAt(data, point, reach) {
  const { x, y } = worldOf(point);
  const slack = data.shape === 'polygon' ? 0 : reach;
  let best = -1;
  let bestScore = data.shape === 'polygon' ? -1 : reach * reach;
  within(data, x - slack, y - slack, x + slack, y + slack, (feature) => {
    if (data.shape === 'polygon') {
      if (data.classes[feature] >= bestScore && insideFeature(data, feature, x, y)) {
        best = feature;
        bestScore = data.classes[feature];
      }
      return;
    }
    const score = squaredDistance(data, feature, x, y);
    if (score <= bestScore) {
      best = feature;
      bestScore = score;
    }
  });
  return best;
}

function insideFeature(data, feature, px, py) {
  const { x, y, ringStart, featureRing } = data;
  let inside = false;
  for (let ring = featureRing[feature]; ring < featureRing[feature + 1]; ring += 1) {
    const end = ringStart[ring + 1];
    let before = end - 1;
    for (let at = ringStart[ring]; at < end; before = at, at += 1) {
      if ((y[at] > py) !== (y[before] > py) && px < ((x[before] - x[at]) * (py - y[at])) / (y[before] - y[at]) + x[at]) inside = !inside;
    }
  }
  return inside;
}

function squaredDistance(data, feature, px, py) {
  const { x, y, ringStart, featureRing } = data;
  let least = Infinity;
  for (let ring = featureRing[feature]; ring < featureRing[feature + 1]; ring += 1) {
    const first = ringStart[ring];
    for (let at = first; at < ringStart[ring + 1]; at += 1) {
      const before = Math.max(first, at - 1);
      least = Math.min(least, squaredToSegment(px, py, x[before], y[before], x[at], y[at]));
    }
  }
  return least;
}

function squaredToSegment(px, py, ax, ay, bx, by) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length ? Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length)) : 0;
  return (px - ax - along * (bx - ax)) ** 2 + (py - ay - along * (by - ay)) ** 2;
}

function featureBounds(data, feature) {
  const b = feature * 4;
  return L.latLngBounds([degreesOf(data.boxes[b], data.boxes[b + 3]), degreesOf(data.boxes[b + 2], data.boxes[b + 1])]);
}
