"""make forget hands the id on as it was typed, whichever way it was given."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ID = "$(shell touch stolen)`touch stolen`; touch stolen # $HOME 'é\""


@pytest.fixture
def folder(tmp_path: Path, repo_root: Path) -> Path:
    """A folder whose .venv is in place, with a Python that prints what it is given."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(repo_root / name, tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s|%s" "$*" "$CUSTOMER"\n', encoding="utf-8")
    python.chmod(0o755)
    (tmp_path / ".venv" / "installed").touch()
    return tmp_path


@pytest.mark.parametrize("is_argument", [True, False])
def test_the_id_is_handed_on_as_it_is(folder: Path, is_argument: bool) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    given = [f"CUSTOMER={ID}"] if is_argument else []
    environment = kept if is_argument else kept | {"CUSTOMER": ID}
    run = subprocess.run(
        ["make", "forget", *given],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout == f"-m privacy forget|{ID}"
    assert not (folder / "stolen").exists()
