from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.entry import foreign_package

ROOT = Path(__file__).resolve().parents[2]


def test_our_own_packages_are_accepted():
    assert foreign_package(ROOT) is None


def test_a_foreign_package_is_refused_with_one_sentence_in_both_languages(tmp_path):
    foreign = tmp_path / "geo"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("")
    path = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]"
    code = f"{path}; from scripts.entry import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pipx install" in done.stderr
    assert str(foreign) in done.stderr
    assert "Traceback" not in done.stderr


HOLDING = """
import atexit
from scripts.app import held_to_the_end, leave

class Held:
    def __del__(self):
        print("let go")

held_to_the_end(Held())
held_to_the_end(Held())
atexit.register(print, "cleaned up")
print("said", end="; ", flush=False)
leave(3)
"""


def test_leaving_says_and_cleans_up_all_but_lets_go_of_nothing_that_is_held():
    done = subprocess.run(
        [sys.executable, "-c", HOLDING], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 3
    assert done.stdout.split() == ["let", "go", "said;", "cleaned", "up"]  # the first, when the second came
    assert not done.stderr
