/* Classes of value and their colours: blue on the right side of a target, orange on the wrong one. */

function niceStep(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10) * power;
}

function steps(from, to, most) {
  if (!(to > from)) return [];
  const step = niceStep((to - from) / most);
  const limits = [];
  for (let value = Math.ceil(from / step + 1e-9) * step; value < to - step * 1e-6; value += step) {
    limits.push(Number(value.toPrecision(12)));
  }
  return limits;
}

/* A target says something about a district only where the number is a share or a density, not a sum. */
function comparableTarget(indicator) {
  if (!numbersExist(indicator.whole)) return null;
  const target = indicator.targets.find((one) => numbersExist(one.value) && one.status === indicator.status)
    ?? indicator.targets.find((one) => numbersExist(one.value));
  return target && ['>=', '>', '<=', '<'].includes(target.comparison) ? target : null;
}

function numbersExist(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

/* Gives { limits, colours, sides, of(value) }: limits[i] parts class i from class i + 1. */
function classesOf(values, target, ramps) {
  const held = values.filter(numbersExist);
  if (!held.length) return { limits: [], colours: [], sides: [], of: () => -1 };
  const low = Math.min(...held);
  const high = Math.max(...held);
  const limits = target ? limitsAround(target.value, low, high) : limitsBetween(low, high);
  const sides = sidesOf(limits, target, low);
  return { limits, sides, colours: coloursOf(sides, ramps), low, high, of: (value) => classAt(limits, value, target) };
}

function limitsAround(target, low, high) {
  const below = low < target ? steps(low, target, 3).filter((limit) => limit > low) : [];
  const above = high > target ? steps(target, high, 3).filter((limit) => limit > target) : [];
  const middle = low < target && high >= target ? [target] : [];
  return [...below.slice(-3), ...middle, ...above.slice(0, 3)];
}

function limitsBetween(low, high) {
  return steps(low, high, 5).filter((limit) => limit > low).slice(0, 4);
}

function classAt(limits, value, target) {
  if (!numbersExist(value)) return -1;
  const closedBelow = target && ['<=', '>'].includes(target.comparison);
  let at = 0;
  while (at < limits.length && (closedBelow ? value > limits[at] : value >= limits[at])) at += 1;
  return at;
}

function sidesOf(limits, target, low) {
  return Array.from({ length: limits.length + 1 }, (_, at) => {
    if (!target) return 'plain';
    const lower = at === 0 ? low : limits[at - 1];
    const under = at < limits.length ? limits[at] <= target.value : lower < target.value;
    const higherIsMet = target.comparison.startsWith('>');
    return under === higherIsMet ? 'below' : 'above';
  });
}

/* The further from the target, the stronger the colour. */
function coloursOf(sides, ramps) {
  if (sides[0] === 'plain') {
    const ramp = ramps.plain;
    const skip = sides.length < ramp.length ? 1 : 0;
    return sides.map((_, at) => ramp[Math.min(ramp.length - 1, sides.length === 1 ? 2 : at + skip)]);
  }
  const turn = sides.findIndex((side) => side !== sides[0]);
  return sides.map((side, at) => {
    const fromTurn = turn < 0 ? depthAlone(side, sides, at) : at < turn ? turn - 1 - at : at - turn;
    return ramps[side][Math.min(ramps[side].length - 1, fromTurn)];
  });
}

function depthAlone(side, sides, at) {
  return side === 'above' ? Math.min(at + 1, 3) : Math.min(sides.length - at, 3);
}

/* A hatch that tells classes apart without colour; drawn once, repeated over the tile. */
function hatchPattern(context, style, scale) {
  const size = Math.round(8 * scale);
  const cell = document.createElement('canvas');
  cell.width = size;
  cell.height = size;
  const pen = cell.getContext('2d');
  if (style.fill) {
    pen.fillStyle = style.fill;
    pen.fillRect(0, 0, size, size);
  }
  pen.strokeStyle = style.ink;
  pen.fillStyle = style.ink;
  pen.lineWidth = 1.1 * scale;
  pen.lineCap = 'square';
  drawHatch(pen, style.hatch, size, scale);
  return context.createPattern(cell, 'repeat');
}

function drawHatch(pen, hatch, size, scale) {
  if (hatch === 'dots') {
    for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]]) {
      pen.beginPath();
      pen.arc(x * size, y * size, 1.05 * scale, 0, 7);
      pen.fill();
    }
    return;
  }
  pen.beginPath();
  if (hatch !== 'back') {
    for (const shift of [-1, 0, 1]) {
      pen.moveTo(shift * size, size);
      pen.lineTo((shift + 1) * size, 0);
    }
  }
  if (hatch !== 'diagonal') {
    for (const shift of [-1, 0, 1]) {
      pen.moveTo(shift * size, 0);
      pen.lineTo((shift + 1) * size, size);
    }
  }
  pen.stroke();
}
