"""What make says before there is a .venv, in a folder with a space and with a Python that does not do."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

OLD_PYTHON = """#!/bin/sh
[ "$1" = --version ] && { echo "Python 3.8.2"; exit; }
exit 1
"""
PYTHON_WITHOUT_VENV = """#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
"""


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Variables of a make that runs these tests would reach this one.
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON")
    }
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=kept, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def folder(tmp_path: Path, repo_root: Path) -> Path:
    folder = tmp_path / "a project"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(repo_root / name, folder)
    return folder


@pytest.mark.parametrize("target", ["build", "test"])
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (
            OLD_PYTHON,
            "{python} is Python 3.8.2, and Python 3.11 or newer is needed: name one with make PYTHON=…",
        ),
        (
            PYTHON_WITHOUT_VENV,
            "{python} has no module venv or ensurepip: "
            "install it (Debian and Ubuntu: apt install python3-venv)",
        ),
    ],
)
def test_a_python_that_does_not_do(folder: Path, target: str, script: str, sentence: str) -> None:
    python = folder / "other python"
    python.write_text(script)
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    run = run_make(folder, target, f"PYTHON={python}")
    assert run.returncode == 2
    assert run.stderr.splitlines()[0] == sentence.format(python=python)
    assert not (folder / ".venv").exists()


def test_no_python(folder: Path) -> None:
    run = run_make(folder, "build", "PYTHON=no-such-python")
    assert run.returncode == 2
    assert run.stderr.splitlines()[0].startswith("No Python under the name no-such-python:")


def test_no_java(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JAVA_HOME is where Spark looks first, whatever is on the path."""
    monkeypatch.setenv("JAVA_HOME", str(folder))
    run = run_make(folder, "java")
    assert run.returncode == 2
    assert run.stderr.splitlines()[0] == (
        "Spark needs Java 17 and finds no java: install it (Debian and Ubuntu: apt install "
        "openjdk-17-jre-headless), or set JAVA_HOME."
    )
    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.symlink_to("/bin/true")
    assert run_make(folder, "java").returncode == 0


def test_nothing_is_installed_twice(folder: Path) -> None:
    """With .venv up to date, make starts the build alone."""
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    python = binaries / "python"
    python.write_text('#!/bin/sh\necho "ran: $*"\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    (folder / ".venv" / "installed").touch()
    run = run_make(folder, "build")
    assert run.stdout.splitlines() == ["ran: -m make_build"]
    os.utime(folder / ".venv" / "installed", (0, 0))
    run = run_make(folder, "build")
    assert "pip install" in run.stdout
    assert run_make(folder, "build").stdout.splitlines() == ["ran: -m make_build"]


def test_help_lists_every_target_for_people(folder: Path) -> None:
    listed = {line.split()[1] for line in run_make(folder).stdout.splitlines()}
    phony = next(
        line for line in (folder / "Makefile").read_text().splitlines() if line.startswith(".PHONY:")
    )
    assert listed == set(phony.split()[1:])
