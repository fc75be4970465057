import pandas as pd
import pytest
from square_city import square_study

from analyses.indicator import NotMeasurableError
from analyses.land_use_codes import edition_of, natures, settled_edition


def test_the_same_digits_differ_between_editions():
    codes = ["05", "0601", "1103", "12"]
    assert natures(codes, "planning").tolist() == ["ecological", "built", "built", "built"]
    assert natures(codes, "survey").tolist() == ["built", "built", "ecological", "other"]


def test_longer_codes_go_by_their_longest_prefix():
    assert natures(["1403", "14030", "1402", "G3", "G31", "G1"], "planning").tolist()[:3] == [
        "built",
        "built",
        "other",
    ]
    assert natures(["G3", "g31", "G1"], "urban").tolist() == ["built", "built", "other"]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, "", "  ", "X9"])
def test_missing_and_wrong_codes_are_unknown(missing):
    assert natures([missing], "planning").tolist() == ["unknown"]


def test_a_layer_of_wrong_codes_is_refused_and_an_undecided_one_is_said():
    study = square_study()
    with pytest.raises(NotMeasurableError, match="land_use_edition"):
        settled_edition(study, ["zz", "99"], "land_use")
    edition, notes = settled_edition(study, ["0301", "0701"], "land_use")
    assert edition == "planning"
    assert "survey" in notes[0].en
    assert settled_edition(study, ["0301", "1702"], "land_use") == ("planning", ())
    asked = study.with_parameters(land_use_edition="survey")
    assert settled_edition(asked, ["0301", "0701"], "land_use") == ("survey", ())


def test_no_codes_have_no_edition():
    assert edition_of([None, ""]) is None
    assert settled_edition(square_study(), [], "land_use")[0] == "planning"
