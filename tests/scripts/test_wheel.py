"""The built wheel works in an environment of its own, its data files included."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    leave = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "test-artefacts")
    shutil.copytree(
        ROOT, source, ignore=leave
    )  # a build inside the checkout would pick up what it left there
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "-w", str(folder), str(source)], check=True, capture_output=True)
    return next(folder.glob("shanhai-*.whl"))


@pytest.fixture(scope="module")
def shanhai(wheel, tmp_path_factory):
    """A fresh environment: the wheel of ours, the dependencies of the one the tests run in."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python3*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return [str(folder / "bin" / "python"), "-m", "scripts.entry"]


def test_the_wheel_holds_every_data_file(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for package in ("data", "maps", "analyses", "layers")
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and path.suffix in {".csv", ".json", ".css", ".js", ".html", ".txt", ".toml", ".svg"}
    }
    assert wanted
    assert wanted <= names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "benchmarks/"))]


def test_the_installed_command_runs_the_demo(shanhai, tmp_path):
    done = subprocess.run(
        [*shanhai, "demo", "city", "--lang", "en"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert (tmp_path / "city" / "run" / "map.html").stat().st_size > 100_000
    assert "Traceback" not in done.stderr


def test_the_installed_command_is_ours_and_not_the_checkout(shanhai, tmp_path):
    asked = "import scripts.entry as e; print(e.__file__)"
    done = subprocess.run([shanhai[0], "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(ROOT) not in done.stdout
