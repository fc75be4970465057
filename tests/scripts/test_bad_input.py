"""Every fault of the input ends in one sentence, in the chosen language, with the right code, traceless."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from city_files import CityFiles
from command_line import ROOT, process, shanhai, shanhai_process
from osm_town import Town
from shapely import Polygon, box
from shapely.affinity import translate
from square_city import frame, line, point, square
from square_files import MET, WALK, write_targets, written

from layers.kept_layers import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHINESE = re.compile(r"[\u4e00-\u9fff]")
RED = square(0, 0, 2_000)


@dataclass(frozen=True)
class Fault:
    """How to break the square city, the exit code, and what the sentence must name in both languages."""

    make: Callable[[CityFiles], object]
    code: int
    names: tuple[str, ...]
    zh: str
    en: str


def red_line(shapes, name="red_line.gpkg", **settings):
    return lambda city: city.write("red_line", shapes, name, **settings)


def toml(old: str, new: str, coding: str = "utf-8") -> Callable[[CityFiles], object]:
    """Change the text of city.toml."""

    def change(city: CityFiles) -> None:
        path = city.folder / "city.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding=coding)

    return change


def no_crs(city: CityFiles) -> CityFiles:
    city.write("red_line", frame([RED], BSM=["r1"]), "red.shp")
    (city.folder / "red.prj").unlink()
    return city


def wrong_encoding(city: CityFiles) -> CityFiles:
    frame([square(800, 900, 200)], BSM=["p1"], GYMC=["西园"], YDDM=["1401"]).to_file(
        city.folder / "parks.shp", encoding="gbk"
    )
    (city.folder / "parks.cpg").unlink(missing_ok=True)
    return city.add("parks", "parks.shp", encoding="utf-8")


def no_such_indicator(city: CityFiles) -> None:
    row = ("x", "red_line_shares", "红线", "red line", ">=", "0.2", "ratio")
    write_targets(city.folder / "own.csv", (row,), binding="none", geography="square")


def no_name(city: CityFiles) -> CityFiles:
    return city.write("districts", frame([square(0, 0, 4_000)], XZQDM=["440301"]).drop(columns="id"))


IN_DEGREES = frame([box(114.0, 22.5, 114.01, 22.51)])
IN_METRES = frame([RED]).set_crs(4490, allow_override=True)
FAR = frame([translate(RED, 50_000, 50_000)])
FILE = ("red_line", "red_line.gpkg")
# name: what is done, exit code, what both sentences name, a word of the Chinese and of the English one
FAULTS = {
    "missing file": Fault(
        lambda city: city.add("red_line", "rad_line.gpkg"), 3, ("rad_line.gpkg", *FILE), "没有", "no such"
    ),
    "no crs": Fault(no_crs, 3, ("red_line", "red.shp", "EPSG:4547"), "坐标系", "coordinate system"),
    "degrees as metres": Fault(red_line(IN_DEGREES), 3, (*FILE, "EPSG:4490"), "度数", "degrees"),
    "metres as degrees": Fault(red_line(IN_METRES), 3, (*FILE, "EPSG:4547"), "以米为单位", "metres"),
    "outside": Fault(red_line(FAR), 3, FILE, "以外", "outside"),
    "lines": Fault(red_line(frame([line((0, 0), (1, 1))])), 3, ("red_line",), "给出的是线", "not lines"),
    "points": Fault(red_line(frame([point(5, 5)])), 3, ("red_line",), "给出的是点", "not points"),
    "empty": Fault(red_line(frame([RED]).iloc[:0]), 3, FILE, "没有任何要素", "no features"),
    "missing field": Fault(no_name, 3, ("districts",), "字段", "field"),
    "broken toml": Fault(toml("[layers.parks]", "[layers.parks"), 2, ("city.toml", "line "), "TOML", "TOML"),
    "unknown key": Fault(toml("synthetic", "sinthetic"), 2, ("city.toml", "synthetic"), "不认识", "unknown"),
    "unknown layer": Fault(toml("s.parks]", "s.parcs]"), 2, ("city.toml", "parks"), "不认识", "unknown"),
    "unknown indicator": Fault(
        no_such_indicator, 2, ("own.csv", "red_line_share"), "没有指标", "no indicator"
    ),
    "unknown plan": Fault(
        toml("own.csv", "shenzhen-beautiful"), 2, ("shenzhen-beautiful-china-2020-2025",), "规划", "plan"
    ),
    "unknown parameter": Fault(
        toml("[targets]", "[parameters]\nwalk_distnce_m = 400\n[targets]"), 2,
        ("walk_distnce_m", "walk_distance_m"), "没有这个参数", "no such parameter",
    ),
    "text in another encoding": Fault(
        wrong_encoding, 3, ("parks", "parks.shp", "utf-8", "gbk"), "文本不是合法的", "encoding"
    ),
    "city.toml in another encoding": Fault(toml("方城", "方城", "gbk"), 2, ("city.toml",), "UTF-8", "UTF-8"),
}  # fmt: skip


def listing(folder: Path) -> list[str]:
    """Everything in a folder but the prepared layers, which a run that fails later may keep."""
    names = (path.relative_to(folder) for path in folder.rglob("*"))
    return sorted(name.as_posix() for name in names if FOLDER not in name.parts)


@pytest.mark.parametrize("name", FAULTS)
def test_one_sentence_in_both_languages_and_nothing_written(tmp_path, name):
    fault = FAULTS[name]
    city = written(tmp_path / "c", MET)
    city.toml()
    if isinstance(fault.make(city), CityFiles):  # a layer was written, and listed
        city.toml()
    before = listing(tmp_path)
    for lang, word in (("zh", fault.zh), ("en", fault.en)):
        ended = shanhai("run", city.folder / "city.toml", "--out", tmp_path / "run", "--lang", lang)
        assert ended.code == fault.code
        sentence = ended.sentence
        assert bool(CHINESE.search(sentence)) is (lang == "zh")
        for one in (*fault.names, word):
            assert one in sentence
        assert ended.out == ""
    assert listing(tmp_path) == before


def test_the_same_in_a_process_of_its_own(tmp_path):
    city = written(tmp_path)
    city.add("red_line", "gone.gpkg")
    for language, said in (("zh", "没有这个文件"), ("en", "no such file")):
        ended = shanhai_process("check", city.toml(), SHANHAI_LANG=language)
        assert ended.code == 3
        assert said in ended.sentence


def test_invalid_polygons_are_repaired_and_told_with_their_areas(tmp_path):
    city = written(tmp_path, MET)
    corners = [(0, 0), (2_000, 2_000), (2_000, 0), (0, 2_000)]
    city.write("red_line", frame([Polygon([(498_000 + x, 2_498_000 + y) for x, y in corners])], id=["r1"]))
    assert shanhai("run", city.toml(), "--only", "red_line_share").code == 1  # half of a quarter: 12.5 %
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    (repair,) = [one for one in report["findings"] if one["code"] == "geometry.invalid"]
    assert (repair["layer"], repair["feature"]) == ("red_line", "r1")
    assert repair["area_after_m2"] == pytest.approx(2e6, rel=1e-3)
    assert repair["area_before_m2"] is not None
    assert CHINESE.search(repair["message"]["zh"])
    assert not CHINESE.search(repair["message"]["en"])


def test_duplicate_polygons_are_named_and_their_area_counts_once(tmp_path):
    city = written(tmp_path, MET)
    city.write("red_line", frame([RED, RED], id=["r1", "r2"]))
    ended = shanhai("validate", city.toml(), "--json", "--lang", "en")
    found = [one for one in json.loads(ended.out) if one["code"] == "geometry.duplicate"]
    assert {(one["layer"], one["feature"]) for one in found} & {("red_line", "r1"), ("red_line", "r2")}
    again = shanhai("check", city.toml(), "--only", "red_line_share", "--format", "json")
    assert json.loads(again.out)["results"][0]["value"] == pytest.approx(0.25, rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_extract_is_refused(tmp_path, share):
    town = Town()
    town.line(1, [(0, 0), (500, 0)], highway="residential")
    town.square(2, 100, 100, 200, leisure="park")
    whole = town.write(tmp_path / "town.osm.pbf")
    whole.write_bytes(whole.read_bytes()[: int(share * whole.stat().st_size)])
    frame([square(0, 0, 4_000)]).to_crs(4326).to_file(tmp_path / "boundary.geojson")
    before = listing(tmp_path)
    for lang in ("zh", "en"):
        ended = shanhai(
            "import-osm", whole, "--boundary", tmp_path / "boundary.geojson", "--out", tmp_path / "out",
            "--lang", lang,
        )  # fmt: skip
        assert ended.code == 3
        assert "town.osm.pbf" in ended.sentence
        assert bool(CHINESE.search(ended.sentence)) is (lang == "zh")
    assert listing(tmp_path) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["run", "map"])
def test_an_output_that_cannot_be_written(tmp_path, command, lang):
    config = written(tmp_path).toml()
    (tmp_path / "file").write_text("mine")
    before = listing(tmp_path)
    place = tmp_path / "file" / "out"
    ended = shanhai(command, config, "--only", "red_line_share", "--out", place, "--lang", lang)
    assert ended.code == 2
    assert str(tmp_path / "file") in ended.sentence
    assert bool(CHINESE.search(ended.sentence)) is (lang == "zh")
    assert listing(tmp_path) == before


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no permissions of this kind here")
def test_a_folder_without_permission(tmp_path):
    city = written(tmp_path / "c")
    config = city.toml()
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    if os.geteuid() == 0 and os.system(f"chattr +i {closed} 2>/dev/null"):  # noqa: S605 - a folder of pytest's
        pytest.skip("root may write anywhere, and this file system knows no immutable folders")
    try:
        ended = shanhai("run", config, "--only", "red_line_share", "--out", closed / "run", "--lang", "en")
    finally:
        if os.geteuid() == 0:
            os.system(f"chattr -i {closed}")  # noqa: S605 - a folder of pytest's
    assert ended.code == 2
    assert "no permission to write" in ended.sentence
    assert listing(closed) == []


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 400 KB, where one can be made."""
    place = tmp_path / "disk"
    place.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    done = (mount and unmount) and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not done or done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run([unmount, str(place)], check=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_full_disk(small_disk, tmp_path, lang):
    config = written(tmp_path / "c").toml()
    ended = shanhai("run", config, "--only", "red_line_share", "--out", small_disk / "run", "--lang", lang)
    assert ended.code == 2
    assert {"zh": "磁盘已满", "en": "disk is full"}[lang] in ended.sentence
    assert listing(small_disk) == []


def test_files_that_may_not_grow(tmp_path):
    """The same where no disk can be mounted: no file may have more than 20 KB."""
    config = written(tmp_path / "c").toml()
    before = listing(tmp_path)
    limit = [sys.executable, "-c", LIMITED, "run", str(config), "--only", "red_line_share", "--lang", "en"]
    ended = subprocess.run(limit, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "disk is full" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert listing(tmp_path) == before


LIMITED = """
import resource, signal, sys
from scripts.entry import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv[0] = "shanhai"
main()
"""


@pytest.mark.parametrize("end", ["INT", "TERM"])
@pytest.mark.parametrize("stage", ["reading", "measuring", "writing"])
def test_ctrl_c_leaves_nothing_half_written(tmp_path, stage, end):
    config = written(tmp_path / "c", WALK).toml()
    first = shanhai("run", config, "--only", "park_walk_coverage", "--out", tmp_path / "run")
    assert first.code == 1, first.err
    before = {path: path.read_bytes() for path in sorted((tmp_path / "run").iterdir())}
    command = [
        sys.executable,
        "-c",
        INTERRUPTED.replace("STAGE", stage).replace("SIGEND", f"SIG{end}"),
        "run",
        str(config),
        "--only",
        "park_walk_coverage",
    ]
    ended = subprocess.run(
        [*command, "--out", str(tmp_path / "run"), "--lang", "en"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 130
    assert ended.stderr == "shanhai: interrupted; nothing half-written was left\n"
    assert {path: path.read_bytes() for path in sorted((tmp_path / "run").iterdir())} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "run"]


# The signal comes from outside the code that runs, at the moment a stage is reached.
INTERRUPTED = """
import os, signal, sys
from scripts.entry import main
signal.signal(signal.SIGINT, signal.default_int_handler)
import analyses.outputs.run_folder as writing
import scripts.assessment as reading
import analyses.evaluate as measuring
names = {"reading": "open_study", "measuring": "judge", "writing": "write_evidence"}
real = getattr(STAGE, names["STAGE"])
def stopped(*arguments, **named):
    os.kill(os.getpid(), signal.SIGEND)
    return real(*arguments, **named)
setattr(STAGE, names["STAGE"], stopped)
sys.argv[0] = "shanhai"
main()
"""


@pytest.mark.slow
def test_ctrl_c_at_any_moment(tmp_path):
    config = written(tmp_path / "c", WALK).toml()
    for moment in (0.2, 1.0, 2.0, 3.0):
        started = process("run", config, "--out", tmp_path / "run", SHANHAI_LANG="en")
        time.sleep(moment)
        started.send_signal(signal.SIGINT)
        _, said = started.communicate(timeout=60)
        assert started.returncode in (130, -signal.SIGINT, 1)  # 1: it was through
        assert "Traceback" not in said or moment == 0.2
        left = [path.name for path in tmp_path.iterdir() if path.name != "c"]
        assert left in ([], ["run"])


@pytest.mark.parametrize("how", ["| true", "| head -1", ">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_the_exit_code_is_the_verdicts_whoever_listens(tmp_path, how):
    config = written(tmp_path / "c", WALK).toml()
    command = f"{sys.executable} -m scripts.entry check {config} --only park_walk_coverage"
    ended = subprocess.run(
        ["/bin/bash", "-c", f"{command} {how}; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr == ""


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_signs_that_an_encoding_lacks_do_not_end_a_command(tmp_path, encoding):
    config = written(tmp_path / "c", WALK).toml()
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.entry", "check", config, "--only", "park_walk_coverage"],
        env={**os.environ, "PYTHONIOENCODING": encoding, "SHANHAI_LANG": "en"},
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert "the whole is zero" in ended.stdout.decode(encoding)


def test_a_name_too_long_for_a_folder_leaves_nothing(tmp_path):
    config = written(tmp_path / "c", WALK).toml()
    before = listing(tmp_path)
    ended = shanhai("run", config, "--out", tmp_path / ("a" * 240), "--lang", "en")
    assert ended.code == 2
    assert "choose another folder" in ended.sentence
    assert listing(tmp_path) == before
