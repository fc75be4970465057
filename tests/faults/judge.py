"""Opens and validates a planted city and says whether the fault was found."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import FAULTS, Fault, clean, write_clean

from layers.config import load_config
from layers.errors import ShanhaiError
from layers.findings import Severity
from layers.open_study import open_study
from layers.validate import validate_study

if TYPE_CHECKING:
    from city_files import CityFiles


def outcome(city: CityFiles) -> tuple[list[str], str]:
    """Give the codes found, or the exit code, and all that was said."""
    try:
        study = open_study(load_config(city.toml()), city.folder)
        found = validate_study(study)
    except ShanhaiError as error:
        return [f"exit {error.exit_code}"], error.message.en
    return [one.code for one in found], "\n".join(one.message.en for one in found)


def judged(fault: Fault, template: Path, folder: Path) -> tuple[bool, list[str], str]:
    """Plant a fault; say whether it was found, and everything that was."""
    city = clean(template, folder)
    with warnings.catch_warnings(action="ignore"):
        fault.plant(city)
    codes, said = outcome(city)
    return fault.expect in codes and fault.word in said, codes, said


def false_alarms(template: Path, folder: Path) -> list[str]:
    """Give the errors and warnings raised on the city without fault."""
    study = open_study(load_config(clean(template, folder).toml()), folder)
    return [one.message.en for one in validate_study(study) if one.severity != Severity.INFO]


def main() -> int:
    """Print the table: planted, found, missed, false alarms."""
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "clean"
        template.mkdir()
        write_clean(template)
        missed = []
        for number, fault in enumerate(FAULTS):
            folder = Path(name) / str(number)
            folder.mkdir()
            good, codes, _ = judged(fault, template, folder)
            if not good:
                missed.append(fault.name)
            sys.stdout.write(f"{'found ' if good else 'MISSED'}  {fault.expect:34} {fault.name}")
            sys.stdout.write("\n" if good else f"  (got {', '.join(codes) or 'nothing'})\n")
        alarms = false_alarms(template, Path(name))
    found = len(FAULTS) - len(missed)
    sys.stdout.write(
        f"planted {len(FAULTS)}, found {found}, missed {len(missed)}, false alarms {len(alarms)}\n"
    )
    return 1 if missed or alarms else 0


if __name__ == "__main__":
    sys.exit(main())
