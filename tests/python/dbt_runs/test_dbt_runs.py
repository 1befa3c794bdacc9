"""A command in a fork of the warm process does what it does in a process of its own."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from campaigns.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Place, look
from dbt_runs import Run, can_be_warm, clean_environment, run_cold, run_dbt, run_warm

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks a warm process")

# What Python, dbt and the operating system tell a program of itself; the parts that must differ are left out.
SAYS_ALL = """
import json, os, signal, sys, threading
print(json.dumps({
    "arguments": sys.argv, "original": sys.orig_argv[1:], "folder": os.getcwd(), "path": sys.path,
    "environment": dict(os.environ), "encodings": [sys.stdin.encoding, sys.stdout.encoding],
    "errors": [sys.stdin.errors, sys.stdout.errors, sys.stderr.errors],
    "flags": str(sys.flags), "main": sorted(globals()), "file": __name__, "input": sys.stdin.read(),
    "threads": threading.active_count(), "terminal": [os.isatty(number) for number in range(3)],
    "open": sorted(name for name in os.listdir("/proc/self/fd") if int(name) < 3),
    "umask": os.umask(0), "leader": os.getpid() == os.getsid(0), "group": os.getpgrp(),
    "signals": [line for line in open("/proc/self/status") if line.startswith(("SigIgn", "SigBlk"))],
    "handlers": [str(signal.getsignal(number)) for number in range(1, 32)],
    "project": sorted({"duckdb_plugin", "segmentation", "publishing", "database_file"} & {*sys.modules}),
}))
print("to stderr", file=sys.stderr)
"""
MODULE = """
import sys
print(__name__, sys.argv[1:], sys.path[0])
sys.exit("so it ends")
"""
# Times, ids of runs and places in logs, which no two runs share.
TIMES = re.compile(r"\d\d:\d\d:\d\d|\d+\.\d+ ?s|\d+ hours \d+ minutes and .* seconds|\w+ \(\d+\.\d+s\)")
PASSING = re.compile(r"created_at|invocation_id|generated_at|invocation_started_at|run_started_at|user_id")


@pytest.fixture
def both(tmp_path: Path) -> Any:
    """Runs a command in a fork and in a process of its own, each in the same folder and environment."""

    def both(*arguments: str, **more: str) -> tuple[Run, Run]:
        environment = clean_environment(**more)
        assert can_be_warm(environment)
        return run_warm(arguments, tmp_path, environment), run_cold(arguments, tmp_path, environment)

    return both


def test_a_program_finds_itself_as_in_a_process_of_its_own(both: Any, tmp_path: Path) -> None:
    warm, cold = both(
        "-c", SAYS_ALL, "an argument", "ü", PYTHONPATH=str(tmp_path / "here"), SEGMENTATION_X="ü", DBT_Y="1"
    )
    assert warm.exit_code == cold.exit_code == 0, warm.output + cold.output
    told = [json.loads(next(line for line in run.output.splitlines() if "{" in line)) for run in (warm, cold)]
    assert told[0] == told[1]
    assert "to stderr\n" in warm.output


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "import sys; sys.exit(3)",
        "import sys; print('last', end=''); sys.exit('a sentence')",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(9)",
        "import os; os._exit(7)",
        "raise ValueError('a defect')",
        "import atexit, threading; atexit.register(print, 'at exit'); threading.Thread(target=print).start()",
        "import subprocess; subprocess.run(['echo', 'from a child'], check=True)",
        "import duckdb; print(duckdb.sql('select sum(range) from range(1000000)').fetchall())",
        "import numpy; print(numpy.linalg.svd(numpy.ones((300, 300)))[1][0].round(6))",
        "from sklearn.cluster import KMeans; import numpy; "
        "print(KMeans(3, random_state=1).fit(numpy.arange(9000.0).reshape(-1, 3)).inertia_)",
    ],
)
def test_it_ends_as_in_a_process_of_its_own(both: Any, code: str) -> None:
    warm, cold = both("-c", code)
    assert warm.exit_code == cold.exit_code
    # A traceback has the lines of the warm process above the program's own.
    assert warm.output.splitlines()[-1:] == cold.output.splitlines()[-1:]
    assert "Traceback" in cold.output or warm.output == cold.output


def test_a_module_runs_as_in_a_process_of_its_own(both: Any, tmp_path: Path) -> None:
    (tmp_path / "a_module.py").write_text(MODULE, encoding="utf-8")
    warm, cold = both("-m", "a_module", "an argument")
    assert warm == cold
    assert warm.exit_code == 1 and "so it ends" in warm.output


@pytest.mark.parametrize("name", ["LC_ALL", "TZ", "OMP_NUM_THREADS", "LD_PRELOAD", "PYTHONHASHSEED"])
def test_what_is_read_at_the_start_of_a_process_needs_a_process(name: str) -> None:
    assert not can_be_warm(clean_environment(**{name: "1"}))


def test_without_utf_8_it_is_another_process() -> None:
    environment = clean_environment()
    del environment["PYTHONUTF8"]
    assert not can_be_warm(environment)


def without_times(value: Any) -> Any:
    """A JSON value without what no two runs share."""
    if isinstance(value, dict):
        return {name: without_times(inner) for name, inner in value.items() if not PASSING.search(name)}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def test_a_build_leaves_what_a_process_of_its_own_leaves(tmp_path: Path) -> None:
    """The same lines printed, tables and manifest; on one thread, which fixes the order of the lines."""
    left = []
    for name, run in (("warm", run_warm), ("cold", run_cold)):
        place = Place(tmp_path / name)
        place.folder.mkdir()
        models = ("--select", "+segment_k_scan", "--exclude-resource-type", "test")
        command, environment = place.command(
            *models, *NO_UNIT_TESTS, "--threads", "1", variables=QUICK_VARIABLES
        )
        built = run(command, place.project, environment)
        assert built.exit_code == 0, built.output
        lines = TIMES.sub("", built.output).replace(str(place.folder), "").splitlines()
        manifest = (place.folder / "target" / "manifest.json").read_text(encoding="utf-8")
        parts = without_times(json.loads(manifest.replace(str(place.folder), "")))
        left.append((lines, look(place).tables, parts))
    (warm_lines, warm_tables, warm_parts), (cold_lines, cold_tables, cold_parts) = left
    assert warm_lines == cold_lines
    assert warm_tables == cold_tables
    assert len(warm_tables) > 10
    assert warm_parts.keys() == cold_parts.keys()
    for part, nodes in warm_parts.items():
        assert nodes == cold_parts[part], part


def test_what_dbt_has_read_is_kept_for_each_set_of_vars(repo_root: Path, tmp_path: Path) -> None:
    environment = clean_environment(
        SEGMENTATION_DATABASE=str(tmp_path / "shop.duckdb"),
        DBT_TARGET_PATH=str(tmp_path / "target"),
        DBT_LOG_PATH=str(tmp_path / "logs"),
    )
    said = [
        run_dbt(["parse", "--vars", json.dumps({"n_segments": number})], repo_root, environment).output
        for number in (3, 4, 3, 4)
    ]
    assert ["Unable to do partial parsing" in output for output in said] == [True, True, False, False]
