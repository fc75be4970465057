"""Land-use codes by prefix: which are ecological, which are built, in the editions in use.

The same digits mean different things in two editions: 05 is wetland in the planning classification and
commerce in the land survey. A layer's edition is therefore settled once for all of its codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
import pandas as pd

from analyses.indicator import NotMeasurableError, Parameter
from analyses.tables import shipped
from layers.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from layers.study import Study

Edition = Literal["planning", "survey", "urban"]
Nature = Literal["ecological", "built", "other", "unknown"]

LAND_USE_EDITION = Parameter(
    "land_use_edition",
    "auto",
    Text("用地代码版本", "edition of the land-use codes"),
    source="planning 用地用海分类 (2020, 2023); survey GB/T 21010-2017; urban GB 50137-2011",
    doubt=Text(
        "auto 按只在一个版本出现的代码判断，判断不了时按用地用海分类；三调与 GB 50137 大类含义据转述",
        "auto goes by codes found in one edition alone, else takes the planning classification; "
        "the survey's and the urban classes are recalled",
    ),
    choices=("auto", *get_args(Edition)),
)
ONLY_PLANNING = ("13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24")
ONLY_SURVEY = ("00", "0305", "0306", "0307", "0404", "1103", "1104", "1105", "1106", "1107", "1108", "1109")


def natures(codes: Iterable[object], edition: Edition) -> NDArray[np.str_]:
    """Say of each code whether its land is ecological, built, other, or not known to the edition.

    The longest prefix of the edition's table (``data/land_use_classes.csv``) decides. Ecological are classes
    01-05 and 17 of the planning classification, built are 06-13, 15 and 1403.

    Examples
    --------
    >>> natures(["030101", "0507", "1403", "1401", "99", None], "planning").tolist()
    ['ecological', 'ecological', 'built', 'other', 'unknown', 'unknown']
    >>> natures(["05"], "survey").tolist(), natures(["r2"], "urban").tolist()
    (['built'], ['built'])
    """
    table = {
        row.cells["prefix"]: row.cells["nature"]
        for row in shipped("land_use_classes.csv")
        if row.cells["edition"] == edition
    }
    place, different = _different(codes)
    found = []
    for code in different:
        said = _tidy(code)
        prefixes = (said[:length] for length in range(len(said), 0, -1))
        found.append(next((table[prefix] for prefix in prefixes if prefix in table), "unknown"))
    return np.array([*found, "unknown"], dtype=np.str_)[place]


def _different(codes: Iterable[object]) -> tuple[NDArray[np.intp], list[object]]:
    """Give the different codes of a layer, few beside its features, and the place of each one's; -1: none."""
    given = codes if isinstance(codes, pd.Series) else pd.Series(list(codes), dtype=object)
    place, different = pd.factorize(given)
    return place, different.tolist()


def edition_of(codes: Iterable[object]) -> Edition | None:
    """Tell the edition of a layer's codes by those that only one edition has; None where none is there.

    Examples
    --------
    >>> edition_of(["0301", "1401"]), edition_of(["0307", "1104"]), edition_of(["R2", "G1"])
    ('planning', 'survey', 'urban')
    >>> edition_of(["0301", "0701"]) is None
    True
    """
    said = {_tidy(code) for code in _different(codes)[1]} - {""}
    if not said:
        return None
    letters = sum(code[0].isalpha() for code in said)
    if 2 * letters > len(said):
        return "urban"
    planning = sum(code.startswith(ONLY_PLANNING) for code in said)
    survey = sum(code.startswith(ONLY_SURVEY) for code in said)
    if planning == survey:
        return None
    return "planning" if planning > survey else "survey"


def settled_edition(study: Study, codes: Iterable[object], layer: str) -> tuple[Edition, tuple[Text, ...]]:
    """Settle the edition of a layer: as the parameter says, else as its codes show.

    Raises
    ------
    NotMeasurableError
        When not one code of the layer belongs to the edition.
    """
    codes = codes if isinstance(codes, pd.Series) else list(codes)
    asked = str(LAND_USE_EDITION.of(study))
    shown = edition_of(codes)
    edition = cast("Edition", asked) if asked != "auto" else (shown or "planning")
    if len(codes) and (natures(codes, edition) == "unknown").all():
        raise NotMeasurableError(
            Text(
                f"图层 {layer} 的用地代码不属于版本 {edition}：请检查 code 字段或参数 land_use_edition",
                f"no land-use code of layer {layer} belongs to edition {edition}: look at the field code or "
                "at the parameter land_use_edition",
            )
        )
    if asked != "auto" or shown is not None:
        return edition, ()
    return edition, (
        Text(
            f'图层 {layer} 的代码看不出版本，按用地用海分类：如为三调代码请设 land_use_edition = "survey"',
            f"the codes of layer {layer} do not show their edition and are read as the planning "
            'classification: set land_use_edition = "survey" for land-survey codes',
        ),
    )


def _tidy(code: object) -> str:
    return "" if code is None or code is pd.NA or code != code else str(code).strip().upper()  # noqa: PLR0124
