"""The structure the project promises, read from its source."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ORDER = ("geo", "layers", "analyses", "maps", "scripts")
MODULES = sorted(path for package in ORDER for path in (ROOT / package).rglob("*.py"))
MAX_LINES = 400


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(module: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_imports_go_one_way(path):
    package = path.relative_to(ROOT).parts[0]
    later = set(ORDER[ORDER.index(package) + 1 :])
    assert not imported(tree(path)) & later


@pytest.mark.parametrize(
    "path", [p for p in MODULES if "scripts" not in p.relative_to(ROOT).parts], ids=label
)
def test_only_scripts_print_or_exit(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            assert name not in {"print", "input", "exit", "quit", "sys.exit", "os._exit", "breakpoint"}, (
                f"{name} in line {node.lineno}"
            )


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_no_module_reads_a_file_when_imported(path):
    readers = {"open", "read_text", "read_bytes", "read_csv", "read_file", "load", "loads", "read_json"}
    for statement in tree(path).body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Lambda):
                break
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func).rpartition(".")[2] not in readers, f"line {node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_catch_all_modules():
    assert not {path.stem for path in MODULES} & {"utils", "helpers", "common", "misc"}


def test_geo_knows_no_policy_word():
    words = ("park", "red_line", "greenway", "sponge", "control_line", "target", "indicator")
    for path in (ROOT / "geo").rglob("*.py"):
        names = {
            node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        assert not [name for name in names if any(word in name.lower() for word in words)], path


def test_a_planted_fault_is_found():
    assert imported(ast.parse("import maps.page\nfrom scripts import run")) == {"maps", "scripts"}


def test_packages_are_listed_for_the_wheel():
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    present = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for package in (*ORDER, "data")
        for path in (ROOT / package).rglob("__init__.py")
    }
    assert listed == present
