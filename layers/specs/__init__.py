"""Specifications of the layers, by theme."""
