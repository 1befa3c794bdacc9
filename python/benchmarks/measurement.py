"""Wall clock and peak memory of a command with everything it starts."""

import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROCESSES = Path("/proc")
SAMPLE_SECONDS = 0.1
# Reading the memory of a large process takes the kernel a while: at most this share of the time goes there.
LARGEST_SAMPLING_SHARE = 0.05


@dataclass(frozen=True)
class Measurement:
    """How a command ran.

    Attributes:
        seconds: Wall clock from start to end of the process.
        processor_seconds: Time on any core; on a machine that others use it says more than the wall clock.
        peak_bytes: Largest sum over the process tree of the proportional set size (a page that n processes
            share counts 1/n in each), sampled every 0.1 s; None where the system has no /proc.
        output: What it printed, standard error included.
    """

    seconds: float
    processor_seconds: float
    peak_bytes: int | None
    output: str


def measured(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path
) -> Measurement:
    """Run a command in `folder` and measure it; its output is kept in `log`.

    Raises RuntimeError with the last line of the output where it fails.
    """
    with log.open("w", encoding="utf-8") as output:
        used_before = _processor_seconds()
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            peak_bytes = _peak_until_end(process)
        except BaseException:
            process.kill()
            raise
        finally:
            exit_code = process.wait()
        seconds = time.perf_counter() - start
    text = log.read_text(encoding="utf-8", errors="replace")
    if exit_code != 0:
        last_line = text.strip().splitlines()[-1] if text.strip() else "it printed nothing"
        raise RuntimeError(f"The command behind {log} ended with {exit_code}: {last_line}")
    return Measurement(seconds, _processor_seconds() - used_before, peak_bytes, text)


def _processor_seconds() -> float:
    """What ended children of this process, and theirs, have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_until_end(process: "subprocess.Popen[bytes]") -> int | None:
    if not (PROCESSES / "self" / "smaps_rollup").exists():
        process.wait()
        return None
    peak = 0
    pause = SAMPLE_SECONDS
    while True:
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            start = time.perf_counter()
            peak = max(peak, tree_bytes(process.pid))
            pause = max(SAMPLE_SECONDS, (time.perf_counter() - start) / LARGEST_SAMPLING_SHARE)
        else:
            return peak


def tree_bytes(root: int) -> int:
    """Proportional set size, in bytes, of the process `root` and all its descendants, from Linux's /proc."""
    children: dict[int, list[int]] = {}
    for entry in PROCESSES.iterdir():
        if entry.name.isdigit():
            # After the name, which may hold anything, in brackets: state, parent, …
            fields = _text(entry / "stat").rpartition(")")[2].split()
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    total = 0
    tree = [root]
    while tree:
        process = tree.pop()
        tree += children.get(process, [])
        for line in _text(PROCESSES / str(process) / "smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def _text(path: Path) -> str:
    """The text of a file of a process, empty when the process has just ended."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
