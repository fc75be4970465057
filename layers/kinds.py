"""The kinds of layer a city may bring, and what each must look like.

The ecological red line, the control line and the development boundary are *areas* named after their edge:
here they are always polygons.
"""

from __future__ import annotations

from layers.specs import control_lines, green, places, waters
from layers.specs.types import FieldSpec, FieldType, LayerKind, LayerSpec, Shape

__all__ = ["SPECS", "FieldSpec", "FieldType", "LayerKind", "LayerSpec", "Shape"]

SPECS: dict[LayerKind, LayerSpec] = {
    spec.kind: spec
    for kind in LayerKind
    for spec in (*places.SPECS, *control_lines.SPECS, *waters.SPECS, *green.SPECS)
    if spec.kind is kind
}
