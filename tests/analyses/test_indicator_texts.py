import unicodedata

import pytest

from analyses.indicator import all_indicators
from analyses.outputs.table import SYSTEMS

NAMES = sorted(all_indicators())
DOUBT_ZH = ("转述", "待核", "核实", "建议", "引文", "未见", "第三方", "无国家标准", "无公开标准")
DOUBT_EN = (
    *("recalled", "verified", "proposed", "not found", "was found", "third-party"),
    *("no published", "no public", "no national standard", "no standard"),
)


def chinese(text):
    return any(unicodedata.name(one, "").startswith("CJK UNIFIED") for one in text)


def texts(one):
    """Every sentence of an indicator, by where it stands."""
    found = {"title": one.title, "formula": one.formula, "basis": one.basis}
    found |= {f"edge case {number}": case for number, case in enumerate(one.edge_cases, start=1)}
    found |= {f"method {number}": said for number, said in enumerate(one.method, start=1)}
    found |= {f"class {kind.id}": kind.title for kind in one.classes}
    for parameter in one.parameters:
        found[f"about {parameter.name}"] = parameter.about
        if parameter.doubt is not None:
            found[f"doubt {parameter.name}"] = parameter.doubt
    if one.about is not None:
        found["about"] = one.about
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_indicator_says_how_it_treats_its_edges(name):
    one = all_indicators()[name]
    assert 2 <= len(one.edge_cases) <= 4
    assert len(set(one.edge_cases)) == len(one.edge_cases)
    for case in one.edge_cases:
        assert case.zh.endswith("。")
        assert case.en.endswith(".")
    assert one.system in SYSTEMS


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_in_both_languages(name):
    for where, text in texts(all_indicators()[name]).items():
        assert text.zh.strip() == text.zh, where
        assert text.en.strip() == text.en, where
        assert text.zh, where
        assert text.en, where
        if where in ("title", "basis", "about") or where.startswith(("edge", "method")):
            assert chinese(text.zh), f"{where} has no Chinese"
        assert not chinese(text.en), f"{where} has Chinese in its English: {text.en}"


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_names_its_source_or_its_doubt(name):
    for one in all_indicators()[name].parameters:
        assert one.source.strip() or one.doubt is not None, f"{one.name} has neither a source nor a doubt"
        if one.source.startswith("proposed") or "recalled" in one.source:
            assert one.doubt is not None, f"{one.name} is {one.source} and says no doubt"


@pytest.mark.parametrize("name", NAMES)
def test_a_recalled_or_proposed_basis_is_marked_in_both_languages(name):
    basis = all_indicators()[name].basis
    marks_zh = any(word in basis.zh for word in DOUBT_ZH)
    marks_en = any(word in basis.en for word in DOUBT_EN)
    assert marks_zh == marks_en


def test_edge_cases_are_not_one_text_for_all():
    said = [case.en for name in NAMES for case in all_indicators()[name].edge_cases]
    assert len(set(said)) > 0.9 * len(said)
