/* Online basemaps, where the file was made with one. */

/* Tiles of a map drawn in GCJ-02 are moved as a whole, by the shift at the middle of the view; data never moves. */
const ShiftedTiles = L.TileLayer.extend({
  getEvents() {
    const events = L.TileLayer.prototype.getEvents.call(this);
    const moved = events.moveend;
    events.moveend = (event) => {
      this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      moved.call(this, event);
    };
    return events;
  },
  _getTiledPixelBounds(center) {
    return L.TileLayer.prototype._getTiledPixelBounds.call(this, toGcj02(center));
  },
  _setZoomTransform(level, center, zoom) {
    L.TileLayer.prototype._setZoomTransform.call(this, level, toGcj02(center), zoom);
  },
});

function createBasemap(basemap) {
  if (!basemap) return null;
  const Kind = basemap.shifted ? ShiftedTiles : L.TileLayer;
  const options = { pane: 'basemap', maxNativeZoom: basemap.max_zoom, maxZoom: 24, subdomains: basemap.subdomains ?? 'abc' };
  return L.layerGroup(basemap.layers.map((address) => new Kind(address, options)));
}
