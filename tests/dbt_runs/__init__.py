"""Commands of dbt, run to their end as a user starts them, without paying each time for the start of Python.

Half the time of a small build is the import of dbt and scikit-learn, and dbt's first reading of the
project. A process that has done both (dbt_runs.warm_process) is started once for each process of the tests,
and a command runs in a fork of it: with its own arguments, folder and environment, stdin empty, stdout and
stderr in one file, and an exit code or a signal as from any process. What differs from a process of its own:
all forks hash text with the same seed, and take the umask of the warm process.

A command whose environment differs in anything that a library may have read at import (locale, time zone,
number of threads, whatever is not dbt's or this project's) gets a process of its own, under the same
interface.
"""

import atexit
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

# The script bin/dbt may not be on the path; this is what it does.
DBT = ("-c", "from dbt.cli.main import cli; cli(prog_name='dbt')")
TESTS = Path(__file__).resolve().parents[1]
PROJECT = TESTS.parent
# Read anew by each command, so they may differ from the warm process's; pytest's change with each test.
READ_ANEW = ("DBT_", "SEGMENTATION_", "CUSTOMER", "INPUT", "SHOP", "VERBOSE", "PYTHONPATH", "PYTEST_")
PARSED = "partial_parse.msgpack"
# A file that gets a line for each command: the test, how it ran, and what.
COUNT_VARIABLE = "DBT_RUNS_FILE"


@dataclass(frozen=True)
class Run:
    """What a command returned (negative: the signal that ended it) and printed, stderr included."""

    exit_code: int
    output: str


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of this process without what is dbt's, Python's or this project's, and more variables.

    Colours are off and text is UTF-8.
    """
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "SEGMENTATION_", "PYTHON", "COV_"))
    }
    return inherited | {"DBT_USE_COLORS": "false", "PYTHONUTF8": "1"} | more


def run_dbt(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run a dbt command in a folder, with exactly this environment."""
    return run_python([*DBT, *arguments], folder, environment)


def run_python(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run `python -c …` or `python -m …` in a folder, with exactly this environment.

    dbt keeps what it has read of a project for one set of vars at a time; here it is kept for each.
    """
    is_warm = can_be_warm(environment)
    count(arguments, environment, is_warm=is_warm)
    kept = kept_parse(arguments, folder, environment)
    target = environment.get("DBT_TARGET_PATH")
    if target is not None and kept.exists():
        (folder / target).mkdir(parents=True, exist_ok=True)
        shutil.copy2(kept, folder / target / PARSED)
    run = (run_warm if is_warm else run_cold)(arguments, folder, environment)
    if target is not None and (folder / target / PARSED).exists():
        shutil.copy2(folder / target / PARSED, kept)
    return run


def run_cold(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """The same in a process of its own."""
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Run(finished.returncode, finished.stdout)


def run_warm(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """The same in a fork of the warm process."""
    with tempfile.TemporaryFile() as output:
        fork = Fork(warm_address(), arguments, folder, environment, output.fileno())
        exit_code = fork.wait()
        output.seek(0)
        return Run(exit_code, io.TextIOWrapper(output, encoding="utf-8").read())


def can_be_warm(environment: Mapping[str, str]) -> bool:
    """Whether a command with this environment finds in the warm process what its own imports would give."""
    names = {*environment, *warm_environment()}
    # Under a measurement of coverage each process begins by switching it on. Elsewhere than on Linux, a fork
    # may not use what some system libraries have begun.
    is_measured = any(name.startswith("COV") for name in names)
    return (
        sys.platform == "linux"
        and not is_measured
        and all(
            environment.get(name) == warm_environment().get(name)
            for name in names
            if not name.startswith(READ_ANEW)
        )
    )


@cache
def warm_environment() -> dict[str, str]:
    """The environment of the warm process."""
    return {name: value for name, value in clean_environment().items() if not name.startswith(READ_ANEW)}


@cache
def warm_address() -> str:
    """Start the warm process, which ends with this one; the path of its socket."""
    address = str(work_folder() / "socket")
    process = subprocess.Popen(
        [sys.executable, "-m", "dbt_runs.warm_process", address],
        cwd=TESTS,
        env=warm_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError("the warm process did not start; its stderr says why")
    # The end of its stdin is the end of the process.
    atexit.register(process.wait)
    atexit.register(process.stdin.close)
    return address


@cache
def work_folder() -> Path:
    """A folder for the socket and for what dbt has read, removed when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="dbt_runs_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def kept_parse(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Path:
    """Where to keep what dbt has read of a project under these vars, in this folder and environment.

    dbt itself compares vars, profile, environment and files, and reads anew what differs.
    """
    given = [after for name, after in pairwise(arguments) if name in ("--vars", "--target")]
    own = {name: text for name, text in environment.items() if name.startswith(("DBT_", "SEGMENTATION_"))}
    key = json.dumps([str(folder), given, own], sort_keys=True)
    return work_folder() / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.msgpack"


class Fork:
    """A command in a fork of the warm process, with a small part of the interface of subprocess.Popen."""

    def __init__(
        self,
        address: str,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        output: int,
        *,
        start_new_session: bool = False,
    ) -> None:
        """Start it; output: the descriptor that it prints to."""
        request = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(environment),
            "start_new_session": start_new_session,
        }
        self.returncode: int | None = None
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(address)
        socket.send_fds(self._connection, [b"."], [output])
        self._connection.sendall(json.dumps(request).encode())
        self._connection.shutdown(socket.SHUT_WR)
        self._answers = self._connection.makefile("r")
        self.pid = self._answer()

    def _answer(self) -> int:
        line = self._answers.readline()
        if not line:
            raise RuntimeError("the warm process has ended before its command")
        return int(line)

    def wait(self) -> int:
        """Wait for its end; the exit code, negative for a signal."""
        if self.returncode is None:
            self.returncode = self._answer()
            self._answers.close()
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, where it has not been waited for."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class PipedFork(Fork):
    """What subprocess.Popen gives for a Python process whose output is read through a pipe."""

    def __init__(self, address: str, arguments: Sequence[str], **settings: Any) -> None:
        """The settings that `is_piped` knows."""
        reading, writing = os.pipe()
        self.stdout: IO[str] = open(  # noqa: PTH123, SIM115 - a descriptor; its reader closes it
            reading, encoding=settings["encoding"], errors=settings.get("errors")
        )
        with open(writing, "wb"):  # noqa: PTH123 - a descriptor
            super().__init__(
                address,
                arguments,
                Path.cwd(),
                settings["env"],
                writing,
                start_new_session=settings.get("start_new_session", False),
            )


def is_piped(command: Any, settings: Mapping[str, Any]) -> bool:
    """Whether a call of subprocess.Popen is one that PipedFork can stand for: dbt, its output in a pipe."""
    return (
        isinstance(command, list)
        and command[:2] == [sys.executable, "-c"]
        and settings.keys() == {"stdin", "stdout", "stderr", "encoding", "errors", "env", "start_new_session"}
        and settings["stdin"] == subprocess.DEVNULL
        and settings["stdout"] == subprocess.PIPE
        and settings["stderr"] == subprocess.STDOUT
        and can_be_warm(settings["env"])
    )


def count(arguments: Sequence[str], environment: Mapping[str, str], *, is_warm: bool) -> None:
    """Add a command to the file that COUNT_VARIABLE names, if it does."""
    path = os.environ.get(COUNT_VARIABLE)
    if path is not None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
        words = [test, "warm" if is_warm else "cold", *arguments[1:], environment.get("DBT_ARGS", "")]
        with Path(path).open("a", encoding="utf-8") as file:
            file.write("\t".join(words).replace("\n", " ") + "\n")
