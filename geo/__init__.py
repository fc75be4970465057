"""Shapes, grids, networks and coordinate systems; this package knows no policy word.

Imports go one way through the project: scripts -> maps -> analyses -> layers -> geo.
"""
