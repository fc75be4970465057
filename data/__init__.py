"""Lookup tables with their source, and one table of targets per plan."""
