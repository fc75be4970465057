"""The run folder: whole or not at all, and never at the cost of the user's files."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sample_reports import hostile_report, sample_report

from analyses.outputs import run_folder
from analyses.outputs.folder_lock import FolderLock
from analyses.outputs.run_folder import RunFolder, write_run
from analyses.provenance import StageClock
from analyses.verify import State, verify
from layers.errors import ConfigError
from layers.text import Text

FILES = {
    "report.json", "results.csv", "results.xlsx", "evidence.gpkg", "map.html", "junit.xml", "findings.sarif",
    "summary.md", "run.json",
}  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def put(out: Path, text: str) -> None:
    """A small folder that counts as a run's."""
    with RunFolder(out) as folder:
        folder.write("report.json", text)
        folder.write("run.json", json.dumps({"run_id": "x", "outputs": {"report.json": {}}}))


def no_exchange(monkeypatch):
    monkeypatch.setattr(run_folder, "exchange", lambda *_: False)


def test_a_run_leaves_all_its_files_and_nothing_else(tmp_path):
    clock = StageClock()
    out = write_run(
        sample_report(), tmp_path / "run", map_html="<p>图</p>", clock=clock, extra={"more.bin": b"\x00"}
    )
    assert names(out) == FILES | {"more.bin"}
    assert names(tmp_path) == {"run"}
    assert [stage.name for stage in clock.stages] == ["evidence", "map", "write"]
    assert (out / "map.html").read_text(encoding="utf-8") == "<p>图</p>"
    assert verify(out).whole


@pytest.mark.parametrize("make", [sample_report, hostile_report])
def test_two_runs_give_the_same_bytes_but_for_run_json(tmp_path, make):
    first = write_run(make(), tmp_path / "a", map_html="x")
    time.sleep(1.1)
    second = write_run(make(), tmp_path / "b", map_html="x")
    for name in FILES - {"run.json"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_a_run_replaces_the_one_before_it(tmp_path):
    put(tmp_path / "run", "old")
    put(tmp_path / "run", "new")
    assert (tmp_path / "run" / "report.json").read_text() == "new"
    assert names(tmp_path) == {"run"}


def test_replacing_works_where_folders_cannot_change_names(tmp_path, monkeypatch):
    no_exchange(monkeypatch)
    put(tmp_path / "run", "old")
    put(tmp_path / "run", "new")
    assert (tmp_path / "run" / "report.json").read_text() == "new"
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError(), ConfigError(Text("停", "stop"))])
def test_an_interrupted_run_leaves_the_previous_one_and_no_trace(tmp_path, stop):
    put(tmp_path / "run", "old")
    with pytest.raises(type(stop)), RunFolder(tmp_path / "run") as folder:  # noqa: PT012 - the block is the run
        folder.write("report.json", "half")
        raise stop
    assert (tmp_path / "run" / "report.json").read_text() == "old"
    assert names(tmp_path) == {"run"}


def test_an_interrupted_first_run_leaves_no_folder_made_for_it(tmp_path):
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path / "a" / "b" / "run"):
        raise KeyboardInterrupt
    assert names(tmp_path) == set()


def test_failing_to_rename_puts_the_previous_run_back(tmp_path, monkeypatch):
    put(tmp_path / "run", "old")
    no_exchange(monkeypatch)
    rename = Path.rename

    def refuse(self, to):
        if self.name.endswith(".tmp"):
            raise OSError(errno.EBUSY, "busy")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ConfigError):
        put(tmp_path / "run", "new")
    assert (tmp_path / "run" / "report.json").read_text() == "old"
    assert names(tmp_path) == {"run"}


@pytest.mark.parametrize("present", [True, False])
def test_what_a_killed_run_left_is_cleared_by_the_next(tmp_path, present):
    put(tmp_path / "run", "old")
    shutil.copytree(tmp_path / "run", tmp_path / ".run.shanhai-123.old")
    (tmp_path / ".run.shanhai-124.tmp").mkdir()
    (tmp_path / ".run.shanhai-124.tmp" / "half.json").write_text("{")
    (tmp_path / ".run.shanhai-mine").mkdir()  # no name of ours
    if not present:
        shutil.rmtree(tmp_path / "run")
    with pytest.raises(KeyboardInterrupt), RunFolder(tmp_path / "run"):
        raise KeyboardInterrupt
    assert (tmp_path / "run" / "report.json").read_text() == "old"
    assert names(tmp_path) == {"run", ".run.shanhai-mine"}


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work")
    with pytest.raises(ConfigError, match=r"thesis\.docx") as caught:
        put(tmp_path / "mine", "new")
    assert "thesis.docx" in caught.value.message.zh
    assert (tmp_path / "mine" / "thesis.docx").read_text() == "years of work"
    assert names(tmp_path) == {"mine"}


@pytest.mark.parametrize("added", ["notes.txt", "sub/notes.txt", "run.json.bak"])
def test_a_file_added_to_a_run_bars_its_replacement(tmp_path, added):
    put(tmp_path / "run", "old")
    (tmp_path / "run" / added).parent.mkdir(exist_ok=True)
    (tmp_path / "run" / added).write_text("mine")
    with pytest.raises(ConfigError, match=added.split("/")[0]):
        put(tmp_path / "run", "new")
    assert (tmp_path / "run" / added).read_text() == "mine"


@pytest.mark.parametrize("trace", ["evidence.gpkg-wal", ".DS_Store", "~$results.xlsx", ".~lock.x.csv#"])
def test_traces_of_other_programs_do_not_bar_it(tmp_path, trace):
    put(tmp_path / "run", "old")
    (tmp_path / "run" / trace).write_text("")
    put(tmp_path / "run", "new")
    assert (tmp_path / "run" / "report.json").read_text() == "new"


@pytest.mark.parametrize("text", ["", "[]", '{"run_id": 1, "outputs": {"a": 1}}', "[" * 100_000, "\x00"])
def test_a_foreign_run_json_makes_no_run_folder(tmp_path, text):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text(text)
    with pytest.raises(ConfigError, match=r"run\.json"):
        put(tmp_path / "run", "new")


def test_a_file_in_the_place_is_refused(tmp_path):
    (tmp_path / "run").write_text("a file")
    with pytest.raises(ConfigError, match="it is a file"):
        put(tmp_path / "run", "new")


def test_an_empty_folder_is_taken(tmp_path, monkeypatch):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        put(tmp_path / name, "new")
        assert names(tmp_path / name) == {"report.json", "run.json"}
        no_exchange(monkeypatch)


def test_a_link_to_a_run_folder_stays_a_link(tmp_path):
    put(tmp_path / "run", "old")
    (tmp_path / "latest").symlink_to(tmp_path / "run")
    put(tmp_path / "latest", "new")
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "run" / "report.json").read_text() == "new"


def test_a_second_run_is_refused_while_the_first_writes(tmp_path):
    with RunFolder(tmp_path / "run") as first:
        first.write("run.json", json.dumps({"run_id": "x", "outputs": {}}))
        with (
            pytest.raises(ConfigError, match="another run is writing") as caught,
            RunFolder(tmp_path / "run"),
        ):
            pass
        assert "另一个运行" in caught.value.message.zh
    assert names(tmp_path / "run") == {"run.json"}
    put(tmp_path / "run", "next")


def test_a_lock_is_free_again_and_its_file_gone(tmp_path):
    path = tmp_path / "lock"
    one, other = FolderLock(path), FolderLock(path)
    assert one.acquire()
    assert not other.acquire()
    one.release()
    assert not path.exists()
    assert other.acquire()
    other.release()


@pytest.mark.parametrize("root", ["/", "/proc"])
def test_a_root_or_a_mount_is_refused(root):
    with pytest.raises(ConfigError):
        put(Path(root), "new")


def test_a_folder_under_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as caught:
        put(tmp_path / "file" / "run", "new")
    assert str(tmp_path / "file" / "run") in caught.value.message.en


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no users of this kind here")
def test_without_permission_one_sentence_says_so(tmp_path):
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    if os.geteuid() == 0:
        top = Path(tempfile.gettempdir())
        for folder in (tmp_path, *tmp_path.parents):
            if folder in (top, *top.parents):
                break
            folder.chmod(0o755)
        os.seteuid(65534)
    try:
        with pytest.raises(ConfigError, match="no permission to write"):
            put(place / "run", "new")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
    assert names(place) == set()


def test_only_plain_names_are_written(tmp_path):
    with pytest.raises(ValueError, match="plain file name"), RunFolder(tmp_path / "run") as folder:
        folder.write("../escape.txt", "x")
    assert names(tmp_path) == set()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 400 kB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", place], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run([shutil.which("umount"), place], check=True)


@pytest.mark.parametrize("page", [10_000, 60_000, 300_000])
def test_a_full_disk_leaves_the_previous_run(small_disk, page):
    write_run(sample_report(), small_disk / "run")
    with pytest.raises(ConfigError, match="the disk is full") as caught:
        write_run(
            sample_report(), small_disk / "run", map_html="x" * page, extra={"more.bin": b"x" * 100_000}
        )
    assert "磁盘已满" in caught.value.message.zh
    assert verify(small_disk / "run").whole
    assert names(small_disk) == {"run"}


def test_a_fault_of_an_input_is_not_taken_for_one_of_the_folder(tmp_path):
    with pytest.raises(FileNotFoundError), RunFolder(tmp_path / "run"):
        (tmp_path / "input.shp").read_bytes()
    assert names(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_nothing(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom analyses.outputs.run_folder import RunFolder\n"
        "with RunFolder(Path(sys.argv[1])) as f:\n"
        "    f.write('a.txt', 'x'); print('writing', flush=True); time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout.readline().strip() == b"writing"
    process.send_signal(signal.SIGINT)
    process.wait(20)
    process.stdout.close()
    assert names(tmp_path) == set()


def test_verify_tells_what_changed(tmp_path):
    out = write_run(sample_report(), tmp_path / "run")
    (out / "results.csv").write_text("tampered")
    (out / "summary.md").unlink()
    (out / "new.txt").write_text("")
    states = {check.name: check.state for check in verify(out).checks if check.state is not State.SAME}
    assert states == {"results.csv": State.CHANGED, "summary.md": State.MISSING, "new.txt": State.ADDED}
    assert not verify(out).whole


def test_verify_hashes_the_inputs_again(tmp_path):
    config = tmp_path / "city.toml"
    config.write_text("schema = 1")
    out = write_run(sample_report(), tmp_path / "run")
    states = {
        (check.kind, check.name): check.state
        for check in verify(out, config).checks
        if check.kind != "output"
    }
    assert states == {
        ("config", "city.toml"): State.CHANGED,
        ("input", "parks"): State.MISSING,
        ("input", "red_line"): State.MISSING,
    }
    with pytest.raises(ConfigError, match="cannot be read"):
        verify(tmp_path)
