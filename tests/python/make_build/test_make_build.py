"""The runner on a small dbt project of its own: what a person reads, and the exit code."""

import contextlib
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from dbt_runs import Run, clean_environment, run_cold, run_python
from make_build.events import reason

RunPython = Callable[[Sequence[str], Path, Mapping[str, str]], Run]

# One var, `case`, says what goes wrong.
PROJECT_FILES = {
    "dbt_project.yml": """
name: small
version: "1.0.0"
config-version: 2
profile: segmentation
flags: {send_anonymous_usage_stats: false}
seed-paths: [no_seeds]
vars: {case: good}
on-run-start: ["{{ check_input() }}"]
on-run-end: ["{{ show_segments() }}"]
""",
    "macros/check_input.sql": """
{% macro check_input() %}{% if execute and flags.WHICH == 'build' %}
    {% set given = {'case': var('case'), 'variables': {}, 'given': [], 'records_folder': 'target/records'} %}
    {% set request = tojson(given) %}
    {% set plan = fromjson(run_query("select prepare_inputs('" ~ request ~ "')").columns[0].values()[0]) %}
    {% if plan.error %}{{ exceptions.raise_compiler_error(plan.error) }}{% endif %}
    {% do log('Input: ' ~ plan.notice, info=true) %}
{% endif %}{% endmacro %}
""",
    "macros/show_segments.sql": """
{% macro show_segments() %}{% if execute and var('case') != 'end' %}
    {% do print('| segment | customers |') %}
{% elif execute %}{{ exceptions.raise_compiler_error('the table has no rows') }}
{% endif %}{% endmacro %}
""",
    "models/orders.sql": """
{% if var('case') == 'warning' %}{% do exceptions.warn('The export ends in a gap.') %}{% endif %}
select 1 as order_id {{ ', no_such_column' if var('case') == 'sql' }}
""",
    "models/customers.py": """
import time
from pathlib import Path


def model(dbt, session):
    dbt.config(materialized="table")
    case = dbt.config.meta_get("case")
    if case == "python":
        raise ValueError("no customer is left")
    if case == "slow":
        Path("model_has_started").touch()
        time.sleep(300)
    return dbt.ref("orders")
""",
    "models/segments.sql": """
select order_id from {{ ref('customers') }} {{ 'union all select 1' if var('case') == 'data' }}
""",
    "models/models.yml": """
models:
  - name: customers
    config: {meta: {case: "{{ var('case') }}"}}
  - name: segments
    columns:
      - name: order_id
        data_tests:
          - unique
          - accepted_values: {arguments: {values: [2]}, config: {severity: warn}}
unit_tests:
  - name: segments_keep_every_order
    model: segments
    given: [{input: ref('customers'), rows: [{order_id: 4}, {order_id: 5}]}]
    expect: {rows: [{order_id: 4}, {order_id: 5}]}
    config: {enabled: "{{ var('case') != 'data' }}"}
""",
    # What the plugin reads of this project.
    "seeds/non_product_stock_codes.csv": "stock_code,line_type,comment\n",
    # In the place of what checks real vars and reads real input.
    "python/project_variables.py": """
OUTPUT_RULES = {}


def check_variables(variables, given):
    return None


def check_names(given):
    return None


def check_outputs(given):
    return None
""",
    "python/invoice_reader/__init__.py": """
def check_headers(variables, records_folder):
    return None


def prepare(request, connection):
    answer = {"error": None, "files": [], "customer_records": None, "customer_attributes": None}
    if request["case"] == "input":
        return answer | {"error": "orders.csv, line 3: the price 'abc' is no number: correct it there."}
    if request["case"] == "defect":
        return request["no such key"]
    return answer | {"notice": "read %d files." % connection.execute("select 42").fetchone()[0]}
""",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """A dbt project with this repository's profile and plugin, in a folder with a space."""
    root = tmp_path_factory.mktemp("small project")
    for name, text in PROJECT_FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copy(repo_root / "profiles.yml", root)
    return root


def environment(project: Path, repo_root: Path, case: str, **variables: str) -> dict[str, str]:
    path = os.pathsep.join([str(project / "python"), str(repo_root / "python")])
    given = clean_environment(PYTHONPATH=path, DBT_ARGS=f"--vars '{{case: {case}}}'") | variables
    # Without colours by itself.
    del given["DBT_USE_COLORS"]
    return given


def build(
    project: Path, repo_root: Path, case: str, run: RunPython = run_python, **variables: str
) -> tuple[int, list[str]]:
    """Exit code and printed lines of a build, by default in a fork of a warm process."""
    built = run(["-m", "make_build"], project, environment(project, repo_root, case, **variables))
    assert "Traceback" not in built.output
    assert "\x1b" not in built.output
    return built.exit_code, built.output.splitlines()


def test_success_shows_models_the_project_and_the_outputs(project: Path, repo_root: Path) -> None:
    exit_code, lines = build(project, repo_root, "warning", run_cold, VERBOSE="1")
    assert exit_code == 0, lines
    assert lines[0] == "Starting the build."
    assert [line.split()[:2] for line in lines if line.startswith("  model")] == [
        ["model", "orders"],
        ["model", "customers"],
        ["model", "segments"],
    ]
    assert "Input: read 42 files." in lines
    assert lines.count("Warning: The export ends in a gap.") == 1
    assert "Warning: the test accepted_values_segments_order_id__2 found 1 row." in lines
    # The notices come once more, below the table.
    assert lines[lines.index("| segment | customers |") + 1 : -2] == [
        "Notices:",
        "  Warning: The export ends in a gap.",
        "  Input: read 42 files.",
        "  Warning: the test accepted_values_segments_order_id__2 found 1 row.",
    ]
    assert lines[-2] == "Tables and views built: 3; tests passed: 2."
    assert lines[-1].split() == ["Database", "warehouse.duckdb"]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("input", "orders.csv, line 3: the price 'abc' is no number: correct it there."),
        (
            "defect",
            "dbt stopped: Invalid Input Error: Python exception occurred while executing the UDF: "
            "KeyError: 'no such key'; the log is logs/dbt.log.",
        ),
        (
            "end",
            "dbt stopped in operation small-on-run-end-0 (./dbt_project.yml): the table has no rows; "
            "the log is logs/dbt.log.",
        ),
        (
            "python",
            "The model customers (models/customers.py) failed: ValueError: no customer is left; "
            "the log is logs/dbt.log.",
        ),
        (
            "data",
            "The test unique_segments_order_id (models/models.yml) failed: "
            "Got 1 result, configured to fail if != 0; the log is logs/dbt.log.",
        ),
    ],
)
def test_a_failure_ends_with_one_sentence(project: Path, repo_root: Path, case: str, sentence: str) -> None:
    exit_code, lines = build(project, repo_root, case)
    assert exit_code in (1, 2)
    assert lines[-1] == sentence


def test_an_sql_failure_names_model_file_and_column(project: Path, repo_root: Path) -> None:
    exit_code, lines = build(project, repo_root, "sql")
    assert exit_code == 1
    assert lines[-1].startswith("The model orders (models/orders.sql) failed: Binder Error:")
    assert '"no_such_column"' in lines[-1]
    assert any(line.split() == ["model", "orders", "failed"] for line in lines)


def test_the_log_holds_the_traceback_of_a_defect(project: Path, repo_root: Path) -> None:
    (project / "logs" / "dbt.log").unlink(missing_ok=True)
    build(project, repo_root, "defect")
    log = (project / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert 'return request["no such key"]' in log


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            "--vars '{case",
            "DBT_ARGS cannot be split into arguments (No closing quotation): quote it as in a shell.",
        ),
        ("--select", "dbt stopped: Option '--select' requires an argument; the log is logs/dbt.log."),
    ],
)
def test_wrong_arguments(project: Path, repo_root: Path, arguments: str, sentence: str) -> None:
    exit_code, lines = build(project, repo_root, "good", DBT_ARGS=arguments)
    assert exit_code == 2
    assert lines[-1] == sentence


def test_arguments_keep_their_spaces(project: Path, repo_root: Path) -> None:
    exit_code, lines = build(
        project, repo_root, "good", DBT_ARGS="--select 'orders customers' --exclude customers", VERBOSE="1"
    )
    assert exit_code == 0
    assert [line.split()[1] for line in lines if line.startswith("  model")] == ["orders"]


def test_a_build_beside_an_open_reader_says_who_it_is(project: Path, repo_root: Path) -> None:
    database = project / "held.duckdb"
    with duckdb.connect(str(database)):
        exit_code, lines = build(
            project, repo_root, "good", SEGMENTATION_DATABASE="held.duckdb", SEGMENTATION_LOCK_SECONDS="0.1"
        )
    assert exit_code == 2
    assert len(lines) == 3
    assert lines[1].startswith(f"Warning: held.duckdb is open in process {os.getpid()} ")
    assert lines[2].startswith(f"held.duckdb is still open in process {os.getpid()} ")
    assert "published/segments.duckdb" in lines[2]


def test_an_interrupted_build_says_so(project: Path, repo_root: Path) -> None:
    marker = project / "model_has_started"
    marker.unlink(missing_ok=True)
    runner = subprocess.Popen(
        [sys.executable, "-m", "make_build"],
        cwd=project,
        env=environment(project, repo_root, "slow", VERBOSE="1"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert runner.stdout is not None
    for line in runner.stdout:
        if line.split()[:2] == ["model", "orders"]:
            break
    while not marker.exists():
        assert runner.poll() is None
    runner.send_signal(signal.SIGINT)
    lines = runner.stdout.read().splitlines()
    assert runner.wait() == 130
    assert lines[-1].startswith("The build was interrupted: ")
    assert not any("Traceback" in line for line in lines)
    # Nothing holds the database any more.
    duckdb.connect(str(project / "warehouse.duckdb")).close()


def test_an_error_of_our_own_is_its_sentence_alone() -> None:
    traceback = (
        "Runtime Error in model published_build (models/…)\n  Python model failed:\n"
        '  Traceback (most recent call last):\n    File "<string>", line 1, in <module>\n  '
    )
    for error in ("publishing.places.PublishingError", "database_file.lock.DatabaseInUseError"):
        assert reason(f"{traceback}{error}: published is a folder: move it away.") == (
            "published is a folder: move it away"
        )
    # A defect keeps the name of its class.
    assert reason(f"{traceback}ValueError: published") == "ValueError: published"


def test_a_terminal_has_one_line_that_is_written_again(project: Path, repo_root: Path) -> None:
    """The status is there while dbt works, gone at the end, and the lines above it are whole."""
    master, terminal = pty.openpty()
    runner = subprocess.Popen(
        [sys.executable, "-m", "make_build"],
        cwd=project,
        env=environment(project, repo_root, "good", TERM="xterm"),
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.STDOUT,
    )
    os.close(terminal)
    written = b""
    # Linux ends the reading of a terminal that nobody has open any more with an error.
    with contextlib.suppress(OSError), open(master, "rb", buffering=0) as screen:  # noqa: PTH123
        while chunk := screen.read(4096):
            written += chunk
    assert runner.wait() == 0, written
    lines = written.decode().replace("\r\n", "\n").split("\n")
    statuses = [part for line in lines for part in line.split("\r\x1b[K")[:-1]]
    assert any(status.startswith("dbt reads the project") for status in statuses)
    visible = [line.split("\r\x1b[K")[-1] for line in lines]
    assert visible[0] == "Starting the build."
    assert "Input: read 42 files." in visible
    assert not any(line.startswith("  model") for line in visible)
    assert visible[-1] == ""
