/* Distances and areas on the WGS 84 ellipsoid; the shift of Chinese web maps. */

const EARTH = { a: 6378137, f: 1 / 298.257223563 };
const RADIAN = Math.PI / 180;

/* Length of the geodesic between two points in metres (Vincenty's inverse solution). */
function geodesicDistance(from, to) {
  const { a, f } = EARTH;
  const b = a * (1 - f);
  const span = (to.lng - from.lng) * RADIAN;
  const u1 = Math.atan((1 - f) * Math.tan(from.lat * RADIAN));
  const u2 = Math.atan((1 - f) * Math.tan(to.lat * RADIAN));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = span;
  for (let turn = 0; turn < 100; turn += 1) {
    const sinL = Math.sin(lambda);
    const cosL = Math.cos(lambda);
    const sinS = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
    if (sinS === 0) return 0;
    const cosS = sin1 * sin2 + cos1 * cos2 * cosL;
    const sigma = Math.atan2(sinS, cosS);
    const sinA = (cos1 * cos2 * sinL) / sinS;
    const cos2A = 1 - sinA * sinA;
    const cosM = cos2A === 0 ? 0 : cosS - (2 * sin1 * sin2) / cos2A;
    const c = (f / 16) * cos2A * (4 + f * (4 - 3 * cos2A));
    const next = span + (1 - c) * f * sinA * (sigma + c * sinS * (cosM + c * cosS * (2 * cosM * cosM - 1)));
    if (Math.abs(next - lambda) < 1e-12) {
      const k = (cos2A * (a * a - b * b)) / (b * b);
      const A = 1 + (k / 16384) * (4096 + k * (k * (320 - 175 * k) - 768));
      const B = (k / 1024) * (256 + k * (k * (74 - 47 * k) - 128));
      const inner = cosS * (2 * cosM * cosM - 1) - (B / 6) * cosM * (4 * sinS * sinS - 3) * (4 * cosM * cosM - 3);
      return b * A * (sigma - B * sinS * (cosM + (B / 4) * inner));
    }
    lambda = next;
  }
  return NaN;
}

function pathLength(points) {
  let sum = 0;
  for (let at = 1; at < points.length; at += 1) sum += geodesicDistance(points[at - 1], points[at]);
  return sum;
}

/* Snyder's q, from which latitudes of equal area follow. */
function equalAreaQ(latitude) {
  const e2 = EARTH.f * (2 - EARTH.f);
  const e = Math.sqrt(e2);
  const sine = Math.sin(latitude * RADIAN);
  return (1 - e2) * (sine / (1 - e2 * sine * sine) - Math.log((1 - e * sine) / (1 + e * sine)) / (2 * e));
}

/* Area in square metres: exact on the cylinder of equal area, whose sides are straight lines there. */
function ringArea(points) {
  let twice = 0;
  for (let at = 0; at < points.length; at += 1) {
    const p = points[at];
    const n = points[(at + 1) % points.length];
    twice += (n.lng - p.lng) * RADIAN * (equalAreaQ(p.lat) + equalAreaQ(n.lat));
  }
  return Math.abs((twice * EARTH.a * EARTH.a) / 4);
}

/* Where a WGS 84 point lies on maps drawn in GCJ-02; outside China nothing moves. */
function toGcj02(point) {
  const { lat, lng } = point;
  if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return point;
  const a = 6378245;
  const ee = 0.00669342162296594323;
  const x = lng - 105;
  const y = lat - 35;
  const wave = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  north += (wave + (20 * Math.sin(y * Math.PI) + 40 * Math.sin((y / 3) * Math.PI)) * 2) / 3;
  north += ((160 * Math.sin((y / 12) * Math.PI) + 320 * Math.sin((y * Math.PI) / 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  east += (wave + (20 * Math.sin(x * Math.PI) + 40 * Math.sin((x / 3) * Math.PI)) * 2) / 3;
  east += ((150 * Math.sin((x / 12) * Math.PI) + 300 * Math.sin((x / 30) * Math.PI)) * 2) / 3;
  const sine = Math.sin(lat * RADIAN);
  const magic = 1 - ee * sine * sine;
  const root = Math.sqrt(magic);
  return L.latLng(
    lat + (north * 180) / (((a * (1 - ee)) / (magic * root)) * Math.PI),
    lng + (east * 180) / ((a / root) * Math.cos(lat * RADIAN) * Math.PI),
  );
}
