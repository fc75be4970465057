"""The examples for CI systems: their shell steps are run, on a small city."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from square_files import MET, MISSED, UNJUDGED, written

from scripts.app import make_app

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the examples are for POSIX shells")


def steps(text: str) -> dict[str, str]:
    """Give the shell of each named step of a workflow, in order; the YAML here is written in one way."""
    found = {}
    for part in re.split(r"^      - ", text, flags=re.MULTILINE)[1:]:
        name = re.match(r"name: (.+)", part)
        run = re.search(
            r"^        run: (\|\n)?((?:.*\n?)(?:^          .*\n?|^\n)*)", part, flags=re.MULTILINE
        )
        if name and run:
            found[name[1]] = re.sub(r"^          ", "", run[2], flags=re.MULTILINE)
    return found


@pytest.fixture
def place(tmp_path):
    """A checkout with ``shanhai`` on the path, as after its installation."""
    shim = tmp_path / "bin" / "shanhai"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m scripts.entry "$@"\n')
    shim.chmod(0o755)
    return tmp_path


def shell(place: Path, script: str, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "CITY": "city/city.toml",
        "BASELINE": "city/baseline.json",
        "SHANHAI_LANG": "en",
        "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
    }
    return subprocess.run(
        ["/bin/sh", *options, "-c", script],
        cwd=place, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def workflow(place: Path) -> dict[str, int]:
    """Run the steps of the workflow as a runner does: after a failure only what must always run."""
    text = (CI / "github-actions.yml").read_text(encoding="utf-8")
    ended: dict[str, int] = {}
    for name, script in steps(text).items():
        if name == "Install":
            assert script.strip() == "pipx install ./shanhai"
        elif not any(ended.values()) or name.startswith("Summary"):
            done = shell(place, script, "-e")
            assert "Traceback" not in done.stderr
            ended[name] = done.returncode
    return ended


def test_the_workflow_passes_where_every_target_is_met(place):
    written(place / "city", MET, binding="binding").toml()
    assert set(workflow(place).values()) == {0}
    assert "Square City" in (place / "summary.md").read_text(encoding="utf-8")
    (place / "city" / "baseline.json").write_bytes((place / "results" / "report.json").read_bytes())
    assert set(workflow(place).values()) == {0}


@pytest.mark.parametrize(("target", "code"), [(MISSED, 1), (UNJUDGED, 3)])
def test_the_workflow_fails_at_the_verdict(place, target, code):
    written(place / "city", target, binding="binding").toml()
    ended = workflow(place)
    assert ended["Run"] == 0  # the results are kept whatever the verdict
    assert ended["Verdict"] == code
    assert "Not worse than the baseline" not in ended


def test_the_workflow_fails_at_the_run_where_the_configuration_is_wrong(place):
    config = written(place / "city", MET).toml()
    config.write_text(config.read_text(encoding="utf-8").replace("synthetic", "sinthetic"), encoding="utf-8")
    assert workflow(place)["Data fit to use"] == 2


def test_the_nightly_script_says_nothing_when_all_is_met_and_why_when_not(place):
    script = re.search(r"```sh\n(.*?)```", (CI / "cron.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    for target, code, said in ((MET, 0, ""), (MISSED, 1, "Red line share"), (UNJUDGED, 3, "bidao")):
        written(place / "city", target, binding="binding").toml()
        done = shell(place, script.replace("/opt/city", str(place / "city")).replace("LANG=zh", "LANG=en"))
        assert done.returncode == code
        assert said in done.stdout
        assert bool(done.stdout) is bool(said)


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml", "cron.md"])
def test_every_command_and_option_named_exists(name):
    known = typer.main.get_command(make_app()).commands
    text = (CI / name).read_text(encoding="utf-8")
    calls = re.findall(r"shanhai ([a-z]+)((?: [^\n`|;&]+)?)", re.sub(r"^#.*$", "", text, flags=re.MULTILINE))
    assert len(calls) >= 3
    for command, rest in calls:
        assert command in known
        options = {option for one in known[command].params for option in one.opts}
        assert set(re.findall(r"(--[a-z-]+)", rest)) <= options
