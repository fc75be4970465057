"""Rows of the declared table that nothing uses, as a run reports them."""

from __future__ import annotations

import json

from command_line import shanhai
from square_files import written


def test_a_run_names_the_rows_it_did_not_use_and_what_to_write(tmp_path):
    city = written(tmp_path)
    city.more = '[targets]\ndeclared = "own.csv"\n'
    city.more += "[parameters]\n" + "".join(
        f"eqi_weight_{part} = 0.25\n" for part in ("pattern", "function", "biodiversity", "stress")
    )
    rows = ["indicator,geography,year,value,unit,source"]
    rows += [f"eqi_{part},*,2025,60,index,x" for part in ("pattern", "function")]
    rows += [f"eqi_{part},W,2025,60,index,x" for part in ("biodiversity", "stress")]
    (tmp_path / "own.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    shanhai("run", city.toml(), "--only", "ecological_quality_index")
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    told = [one["message"]["en"] for one in report["findings"] if one["code"] == "declared.unused"]
    assert [one[:14] for one in told] == [f"own.csv line {number}" for number in (2, 3, 4, 5)]
    assert all("write square as its geography" in one for one in told)
    (result,) = (one for one in report["results"] if one["district"] is None)
    assert "for the whole city" in result["reason"]["en"]
    assert "with geography square" in result["reason"]["en"]
