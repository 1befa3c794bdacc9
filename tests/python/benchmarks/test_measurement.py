"""Seconds and memory of a command with everything it starts."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.measurement import PROCESSES, measured

# Holds 200 MB in a child of the measured process for half a second.
CHILD = "import time; held = bytearray(200_000_000); time.sleep(0.5)"
PARENT = (
    f"import subprocess, sys; print('started'); subprocess.run([sys.executable, '-c', {CHILD!r}], check=True)"
)


@pytest.mark.skipif(not (PROCESSES / "self" / "smaps_rollup").exists(), reason="no /proc to read memory from")
def test_memory_of_children_counts(tmp_path: Path) -> None:
    run = measured(
        [sys.executable, "-c", PARENT], folder=tmp_path, environment=os.environ, log=tmp_path / "log"
    )
    assert run.output == "started\n"
    assert run.seconds >= 0.5
    assert run.peak_bytes is not None and 200e6 < run.peak_bytes < 300e6


def test_a_failure_says_what_was_last_and_where_the_rest_is(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('at work'); raise SystemExit('the disk is full')"]
    with pytest.raises(RuntimeError, match=r"run\.txt ended with 1: the disk is full") as failure:
        measured(command, folder=tmp_path, environment=os.environ, log=tmp_path / "run.txt")
    assert "at work" not in str(failure.value)
    assert "at work" in (tmp_path / "run.txt").read_text(encoding="utf-8")
