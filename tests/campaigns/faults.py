"""Faults of the machine, done on purpose to a build under `make build`.

Each ends with one sentence and leaves every table and the published files as they were, or wholly new; the
next build ends as if nothing had been. A fault that this machine cannot be given is skipped with the reason.
The clock is set back for the build alone, by a small library that is loaded before the system's own.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.builds import NO_UNIT_TESTS, Place, damage, difference, look
from campaigns.scene import Scene
from publishing.places import builds_folder

DISK_BYTES = 64 * 2**20
# Enough to open the warehouse.
MEMORY_LIMIT = "12MB"
HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
print("open", flush=True)
sys.stdin.read()
"""
# Answers every question for the time of day with a time ten years earlier.
CLOCK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <sys/time.h>
#define BACK (10L * 365 * 24 * 3600)
int clock_gettime(clockid_t clock, struct timespec *now) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec -= BACK;
    return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
    int failed = real(now, zone);
    if (!failed) now->tv_sec -= BACK;
    return failed;
}
time_t time(time_t *kept) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (kept) *kept = now.tv_sec;
    return now.tv_sec;
}
"""


class CannotHappenHereError(Exception):
    """This machine cannot be given the fault; the message says why."""


@dataclass
class Outcome:
    """What came of one fault: the last line printed, and what was wrong; or why it was skipped."""

    fault: str
    sentence: str = ""
    problems: list[str] = field(default_factory=list)
    skipped: str | None = None


def failed_build(place: Place, scene: Scene, **keywords: Any) -> Outcome:
    """Build under make build, where it has to fail with one sentence."""
    exit_code, output = place.build(*NO_UNIT_TESTS, variables=scene.variables, runner=True, **keywords)
    return judged(output, exit_code)


def judged(output: str, exit_code: int) -> Outcome:
    """The outcome of a build that had to fail, from what it printed."""
    lines = output.splitlines() or [""]
    problems = []
    if exit_code == 0:
        problems.append("the build did not fail")
    if "Traceback" in output:
        problems.append(f"a traceback was printed: {output[-1500:]}")
    if not lines[-1].endswith("."):
        problems.append(f"the last line is no sentence: {output[-1500:]}")
    return Outcome("", lines[-1], problems)


def full_disk(scene: Scene) -> Outcome:
    """The disk of warehouse and published files has almost nothing left."""
    with small_disk(scene.folder / "disk") as disk:
        place = scene.place(disk.name)
        free = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(bytes(free - 600_000))
        outcome = failed_build(place, scene)
        (disk / "ballast").unlink()
        return aftermath(outcome, place, scene)


def full_published_disk(scene: Scene) -> Outcome:
    """The disk of the published files alone is full, so the build fails at its end."""
    place = scene.place("place")
    with small_disk(scene.folder / "disk") as disk:
        move_published(place, disk)
        free = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(bytes(free - 100_000))
        environment = {"SEGMENTATION_PUBLISHED": str(disk / "published")}
        outcome = failed_build(place, scene, environment=environment)
        (disk / "ballast").unlink()
        move_published(Place(disk), place.folder)
    return aftermath(outcome, place, scene)


def read_only_warehouse(scene: Scene) -> Outcome:
    """Nothing can be written to the warehouse's folder."""
    place = scene.place("read-only")
    elsewhere = scene.folder / "elsewhere"
    environment = {"DBT_TARGET_PATH": str(elsewhere / "target"), "DBT_LOG_PATH": str(elsewhere / "logs")}
    with read_only(place.folder):
        outcome = failed_build(place, scene, environment=environment)
    return aftermath(outcome, place, scene, builds_again=False)


def read_only_published(scene: Scene) -> Outcome:
    """Nothing can be written where the published files lie."""
    place = scene.place("place")
    shelf = scene.folder / "shelf"
    shelf.mkdir()
    move_published(place, shelf)
    environment = {"SEGMENTATION_PUBLISHED": str(shelf / "published")}
    with read_only(shelf):
        outcome = failed_build(place, scene, environment=environment)
    move_published(Place(shelf), place.folder)
    shelf.rmdir()
    return aftermath(outcome, place, scene)


def reader_with_a_lock(scene: Scene) -> Outcome:
    """A reader keeps the warehouse open for longer than the build waits."""
    place = scene.place("place")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout is not None and reader.stdin is not None
        reader.stdout.readline()
        outcome = failed_build(place, scene, environment={"SEGMENTATION_LOCK_SECONDS": "1"})
        reader.stdin.close()
    if str(reader.pid) not in outcome.sentence:
        outcome.problems.append("the sentence does not name the process that holds the file")
    return aftermath(outcome, place, scene, builds_again=False)


def interrupted(scene: Scene) -> Outcome:
    """Ctrl-C in the middle of the models."""
    place = scene.place("place")
    process = place.start(*NO_UNIT_TESTS, variables=scene.variables, runner=True)
    printed = read_until(process, "invoice_lines")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate()
    return aftermath(judged(printed + rest, process.returncode), place, scene)


def second_build(scene: Scene) -> Outcome:
    """A second build is started while the first one runs; it waits in vain, and the first ends well."""
    place = scene.place("place")
    process = place.start(*NO_UNIT_TESTS, variables=scene.variables, runner=True)
    printed = read_until(process, "stg_")
    outcome = failed_build(place, scene, environment={"SEGMENTATION_LOCK_SECONDS": "1"})
    rest, _ = process.communicate()
    if process.returncode != 0:
        outcome.problems.append(f"the first build failed: {(printed + rest)[-1500:]}")
    outcome.problems += difference(place, scene.after)
    return outcome


def memory_limit(scene: Scene) -> Outcome:
    """DuckDB may use less memory than the build needs."""
    place = scene.place("place")
    environment = {"SEGMENTATION_MEMORY_LIMIT": MEMORY_LIMIT}
    return aftermath(failed_build(place, scene, environment=environment), place, scene)


def out_of_memory(scene: Scene) -> Outcome:
    """The machine has no memory left, and its kernel kills dbt under the runner."""
    place = scene.place("place")
    process = place.start(*NO_UNIT_TESTS, variables=scene.variables, runner=True)
    printed = read_until(process, "invoice_lines")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        process.communicate()
        raise CannotHappenHereError("finding dbt's process needs Linux")
    os.kill(int(children.read_text(encoding="utf-8").split()[0]), signal.SIGKILL)
    rest, _ = process.communicate()
    return aftermath(judged(printed + rest, process.returncode), place, scene)


def clock_set_back(scene: Scene) -> Outcome:
    """The clock says ten years earlier than at the last build, which changes nothing at all."""
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        raise CannotHappenHereError("setting back the clock of one process needs Linux and a C compiler")
    place = scene.place("place")
    source, library = scene.folder / "clock.c", scene.folder / "clock.so"
    source.write_text(CLOCK, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    exit_code, output = place.build(
        *NO_UNIT_TESTS, variables=scene.variables, runner=True, environment={"LD_PRELOAD": str(library)}
    )
    outcome = Outcome("", output.splitlines()[-1], difference(place, scene.after))
    if exit_code != 0:
        outcome.problems.append(f"the build failed: {output[-1500:]}")
    if not (place.folder / "logs" / "dbt.log").read_text(encoding="utf-8").count(ten_years_ago()):
        outcome.problems.append("the clock was not set back")
    return outcome


FAULTS: dict[str, Callable[[Scene], Outcome]] = {
    "full disk": full_disk,
    "full disk of the published files": full_published_disk,
    "read-only warehouse": read_only_warehouse,
    "read-only published files": read_only_published,
    "reader with a lock": reader_with_a_lock,
    "Ctrl-C": interrupted,
    "second build": second_build,
    "memory limit of DuckDB": memory_limit,
    "killed for want of memory": out_of_memory,
    "clock set back": clock_set_back,
}


def cause(fault: str, scene: Scene) -> Outcome:
    """Do one of FAULTS to a build; its places are removed afterwards."""
    try:
        outcome = FAULTS[fault](scene)
    except CannotHappenHereError as reason:
        outcome = Outcome(fault, skipped=str(reason))
    outcome.fault = fault
    for name in ("place", "read-only", "elsewhere"):
        shutil.rmtree(scene.folder / name, ignore_errors=True)
    return outcome


def aftermath(outcome: Outcome, place: Place, scene: Scene, builds_again: bool = True) -> Outcome:
    """The same with the damage that was done; unless nothing was touched, the next build is looked at too."""
    outcome.problems += damage(place, scene.before, scene.after)
    if not builds_again:
        if look(place) != scene.before:
            outcome.problems.append("something was changed")
        return outcome
    exit_code, output = place.build(*NO_UNIT_TESTS, variables=scene.variables)
    if exit_code != 0:
        outcome.problems.append(f"the next build failed: {output[-1500:]}")
    outcome.problems += difference(place, scene.after)
    return outcome


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What a build prints up to the first line with the word."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if word in line:
            break
    return printed


def move_published(place: Place, folder: Path) -> None:
    """Move the published files of a place, link and builds, to another folder under the same names."""
    builds = builds_folder(place.published)
    target = place.published.readlink()
    shutil.move(builds, folder / builds.name)
    place.published.unlink()
    (folder / place.published.name).symlink_to(target)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of DISK_BYTES in memory, mounted at the folder."""
    mounted(folder, "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs")
    try:
        yield folder
    finally:
        unmount(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write to the folder; for root, who may write anywhere, by mounting it so."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(0o755)
        return
    mounted(folder, "--bind", str(folder))
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        unmount(folder)


def mounted(folder: Path, *arguments: str) -> None:
    """Mount something at the folder. Raises CannotHappenHereError where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if shutil.which("mount") is None:
        raise CannotHappenHereError("there is no mount command")
    finished = subprocess.run(["mount", *arguments, str(folder)], capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise CannotHappenHereError(f"mounting a disk needs root: {finished.stderr.strip()}")


def unmount(folder: Path) -> None:
    """Take away what is mounted at the folder."""
    subprocess.run(["umount", str(folder)], check=True)


def ten_years_ago() -> str:
    """The year in which a build whose clock was set back believes to be."""
    return str(time.gmtime(time.time() - 10 * 365 * 24 * 3600).tm_year)
