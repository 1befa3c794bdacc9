"""Run `dbt build` with the arguments in DBT_ARGS; the working directory is the project's root.

Environment:
    DBT_ARGS: Further arguments for dbt, quoted as in a shell.
    SHOP: A file with the vars of a shop; see make_build.arguments.
    VERBOSE: Anything but nothing gives each model a line.
    DBT_LOG_PATH: Folder of dbt's log; default logs.
    SEGMENTATION_DATABASE, SEGMENTATION_PUBLISHED: As in profiles.yml and dbt_project.yml.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from make_build.events import BuildProgress
from make_build.screen import Screen, is_terminal, screen_width

# Not the script .venv/bin/dbt: it names .venv by its absolute path, and the project may have been moved.
# A log that cannot be written, on a full disk, is no reason to print a traceback for each of its lines.
DBT = "import logging; logging.raiseExceptions = False; from dbt.cli.main import cli; cli(prog_name='dbt')"
# An interrupted dbt waits for a Python model that is running; DuckDB's file survives the end of its process.
SECONDS_TO_END = 5.0


def main() -> int:
    """Build, report and return the exit code."""
    shop = os.environ.get("SHOP")
    print(f"Starting the build of {shop}." if shop else "Starting the build.", flush=True)
    # Imported here: the libraries that read the input take a second.
    from make_build.arguments import ArgumentsProblem, use_arguments
    from make_build.early_checks import problem_before_dbt

    try:
        arguments = use_arguments()
    except ArgumentsProblem as error:
        print(error)
        return 2
    problem = problem_before_dbt(arguments.dbt, arguments.given)
    if problem is not None:
        print(problem)
        return 2
    log_file = Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log"
    progress = BuildProgress(shows_nodes=bool(os.environ.get("VERBOSE")), shows_steps=not is_terminal())
    exit_code, other_output, interrupted_by = run_dbt(arguments.dbt, progress)
    keep_output(other_output, log_file)
    if interrupted_by is not None:
        print("The build was interrupted: what was published before is unchanged; make build starts anew.")
        return 128 + interrupted_by
    if exit_code == 0:
        if progress.notices:
            print("\n".join(["Notices:", *(f"  {notice}" for notice in progress.notices)]))
        if progress.n_nodes:
            print(success_text(progress, is_on_spark=is_on_spark(arguments.dbt)))
        return 0
    print(failure_sentence(progress, other_output, exit_code, log_file))
    return exit_code if exit_code > 0 else 128 - exit_code


def run_dbt(
    arguments: list[str], progress: BuildProgress, as_shown: Callable[[str], str] = str
) -> tuple[int, list[str], int | None]:
    """Run dbt build, showing its progress.

    Args:
        arguments: Further arguments for dbt.
        progress: Takes the events into account.
        as_shown: What a line of the progress becomes on the screen.

    Returns:
        dbt's exit code (negative: the signal that ended it), the lines it printed that are no events, and the
        signal that this process was sent meanwhile, if any.
    """
    dbt = subprocess.Popen(
        [
            sys.executable,
            "-c",
            DBT,
            "build",
            "--log-format",
            "json",
            "--log-format-file",
            "debug",
            *arguments,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": str(screen_width())},
        # Out of the terminal's group: Ctrl-C reaches dbt once, from the handler below.
        start_new_session=True,
    )
    signals: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if signals:
            dbt.kill()
        else:
            dbt.send_signal(signal.SIGINT)
            killer = threading.Timer(SECONDS_TO_END, dbt.kill)
            killer.daemon = True
            killer.start()
        signals.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)

    other_output: list[str] = []
    is_in_traceback = False
    assert dbt.stdout is not None
    screen = Screen(progress.status, has_status=is_terminal())
    with screen.shown():
        for line in dbt.stdout:
            event = parse_event(line)
            if event is not None:
                is_in_traceback = False
                for shown in progress.lines(event):
                    screen.show(as_shown(shown))
            else:
                other_output.append(line.rstrip())
                is_in_traceback = is_in_traceback or line.startswith("Traceback (")
                if not is_in_traceback and not signals:
                    screen.show(line.rstrip("\n"))
        exit_code = dbt.wait()
    return exit_code, other_output, signals[0] if signals else None


# What Python's calendar says, in dbt's reading of --vars.
IMPOSSIBLE_DATE = re.compile(r"ValueError: (year|month|day) .*(must be in|out of range)")


def parse_event(line: str) -> dict[str, dict[str, object]] | None:
    """The event in a line that dbt printed; None for a line of any other origin."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and {"info", "data"} <= event.keys() else None


def keep_output(lines: list[str], log_file: Path) -> None:
    """Add what did not go through dbt's logging, such as the traceback of a crash, to its log.

    Where the log cannot be written, that is said on the screen.
    """
    if not lines:
        return
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        with log_file.open("a", encoding="utf-8") as log:
            log.write("\n".join(["", "Output of the build outside dbt's log:", *lines, ""]))
    except OSError as error:
        print(f"Warning: {log_file} cannot be written ({error.strerror}).")


def failure_sentence(progress: BuildProgress, other_output: list[str], exit_code: int, log_file: Path) -> str:
    """What failed and where to read on; a fault of the input needs no log."""
    if progress.failures:
        # Before what stopped the run: a last hook may stop only because a model is missing.
        n_others = len(progress.failures) - 1
        others = f" ({n_others} more failed)" if n_others else ""
        if progress.failures[0].endswith("."):
            return progress.failures[0] + others
        return f"{progress.failures[0]}{others}; the log is {log_file}."
    if progress.stop and (progress.stop_is_input_fault or progress.stop.endswith(".")):
        return progress.stop
    if progress.stop:
        return f"{progress.stop}; the log is {log_file}."
    if exit_code < 0:
        return f"dbt was ended by the signal {signal.Signals(-exit_code).name}; the log is {log_file}."
    last_line = other_output[-1].removeprefix("Error: ") if other_output else f"exit code {exit_code}"
    if IMPOSSIBLE_DATE.match(last_line):
        # YAML makes a date of 2024-31-12 before anything of the project can look at it.
        problem = last_line.removeprefix("ValueError: ")
        return f"A var is no date of the calendar ({problem}): write it as YYYY-MM-DD."
    return f"dbt stopped: {last_line.rstrip('.')}; the log is {log_file}."


def is_on_spark(arguments: list[str]) -> bool:
    """Whether dbt's arguments name the target spark, which writes no DuckDB file."""
    return "--target spark" in " ".join(arguments)


def success_text(progress: BuildProgress, *, is_on_spark: bool = False) -> str:
    """What was built and where it lies; files that this project has not made are left out."""
    database = Path(os.environ.get("SEGMENTATION_DATABASE", "warehouse.duckdb"))
    published = Path(os.environ.get("SEGMENTATION_PUBLISHED", "published"))
    outputs = {
        "Report": published / "report.html",
        "For BI tools": published / "segments.duckdb",
        "Database": database,
    }
    if is_on_spark:
        outputs = {"Tables": Path(os.environ.get("SEGMENTATION_SPARK_FOLDER", "spark_warehouse")) / "tables"}
    lines = [f"Tables and views built: {progress.n_nodes}; tests passed: {progress.n_tests_passed}."]
    lines += [f"  {label:<14}{path}" for label, path in outputs.items() if path.exists()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
