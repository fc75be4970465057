"""How large a demo city is and where it lies."""

from __future__ import annotations

from dataclasses import dataclass

CRS = "EPSG:4547"
SYNTHETIC = "合成数据 synthetic"


@dataclass(frozen=True)
class Settings:
    """The measures of a demo city.

    ``stretch`` multiplies the large forms (coast, ranges, districts) of the 200 km² city; streets, plots and
    parks keep their own size. ``paths`` says, by kind of superblock, into how many parts footpaths cut a cell
    of the street pattern each way, ``greenways`` that every so many arterials carry a greenway.
    Buildings stand ``dense`` times as far apart as in the small city, and the lines of the plans are drawn in
    the detail of a survey where ``surveyed`` says so. The place is open sea: no real city lies there.
    """

    stretch: float
    cell_m: float
    cover_m: float
    reservoirs: int
    districts: int
    parks: int
    paths: tuple[int, ...] = (1,) * 8
    greenways: int = 2
    dense: float = 1.0
    surveyed: bool = False
    x0: float = 570_000.0
    y0: float = 2_425_000.0
    width_km: float = 22.0
    height_km: float = 17.0

    @property
    def width_m(self) -> float:
        """Width of the modelled ground, the surroundings of the city included."""
        return 1_000.0 * self.width_km * self.stretch

    @property
    def height_m(self) -> float:
        """Height of the modelled ground."""
        return 1_000.0 * self.height_km * self.stretch

    def place(self, x_km: float, y_km: float) -> tuple[float, float]:
        """Turn a place of the 200 km² plan into coordinates."""
        return self.x0 + 1_000.0 * self.stretch * x_km, self.y0 + 1_000.0 * self.stretch * y_km


SIZES = {
    "town": Settings(stretch=0.316, cell_m=20.0, cover_m=30.0, reservoirs=1, districts=3, parks=15),
    "demo": Settings(stretch=1.0, cell_m=40.0, cover_m=30.0, reservoirs=2, districts=6, parks=120),
    "city": Settings(
        stretch=3.16,
        cell_m=80.0,
        cover_m=10.0,
        reservoirs=6,
        districts=6,
        parks=3_000,
        paths=(1, 3, 3, 3, 4, 3, 4, 4),
        greenways=1,
        dense=0.54,
        surveyed=True,
    ),
}
