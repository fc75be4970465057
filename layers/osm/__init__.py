"""From an OpenStreetMap extract to layers and a ``city.toml``."""

from __future__ import annotations

from layers.osm.importing import OsmImport, import_osm

__all__ = ["OsmImport", "import_osm"]
