"""OpenStreetMap extracts: from a PBF file to the layers of a study."""
