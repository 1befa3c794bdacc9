"""Two recipes of docs/contributing.md, done as they stand there: edits on a copy of the project, commands.

A recipe fails here where its edit no longer fits the files, or where its commands no longer pass.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from campaigns.rules import copy_project

COLUMN = "Add a column to customer_rfm"
RULE = "Add a rule that rejects lines"
PAGE = Path("docs", "contributing.md")

Query = Callable[[str], list[tuple[Any, ...]]]


def recipe(page: str, title: str) -> str:
    """The text below a heading of the page, up to the next of its level. Raises ValueError without it."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError(f"{PAGE} has no heading '{title}'.")
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, in order; they may be indented, as in a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def apply_edit(edit: str, project: Path) -> Path:
    """Apply a diff of one file without line numbers to a project; returns the path of the file within it.

    Raises:
        ValueError: the lines that a part of the diff changes are not there, or are there more than once.
    """
    head, *parts = re.split(r"^@@\n", edit, flags=re.MULTILINE)
    path = Path(head.splitlines()[-1].removeprefix("+++ b/"))
    text = (project / path).read_text(encoding="utf-8")
    for part in parts:
        lines = part.splitlines(keepends=True)
        before = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
        after = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
        if text.count(before) != 1:
            raise ValueError(f"{PAGE}: these lines are {text.count(before)} times in {path}:\n{before}")
        text = text.replace(before, after)
    (project / path).write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def project(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project without a database."""
    return copy_project(tmp_path_factory.mktemp("contributing") / "project")


@pytest.fixture(scope="module")
def follow(project: Path, repo_root: Path) -> Callable[[str], list[Path]]:
    """Do what a recipe says in the copy; returns the files that it changed. Argument: its title."""
    page = (repo_root / PAGE).read_text(encoding="utf-8")
    programs = project.parent / "programs"
    programs.mkdir()
    dbt = programs / "dbt"
    start = "from dbt.cli.main import cli; cli(prog_name='dbt')"
    dbt.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(start)} "$@"\n')
    dbt.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "SEGMENTATION_", "PYTHON"))
    }
    environment = kept | {"PATH": f"{programs}:{os.environ['PATH']}", "PYTHONUTF8": "1"}

    def follow(title: str) -> list[Path]:
        text = recipe(page, title)
        changed = [apply_edit(edit, project) for edit in blocks(text, "diff")]
        for command in blocks(text, "sh"):
            finished = subprocess.run(
                ["sh", "-e", "-c", command],
                cwd=project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            assert finished.returncode == 0, finished.stdout
            assert "unit_test" in finished.stdout
        return changed

    return follow


@pytest.fixture
def query(project: Path) -> Query:
    """Rows of the database in the copy."""

    def query(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


def test_a_column_in_customer_rfm_takes_three_files(
    follow: Callable[[str], list[Path]], query: Query
) -> None:
    assert len(follow(COLUMN)) == 3
    # A customer of one order has no larger one, and nobody's largest order is more than all orders.
    ((n_customers, n_wrong),) = query(
        """
        select
            count(*),
            count(*) filter (
                largest_order_value is null
                or largest_order_value > monetary
                or (frequency = 1 and largest_order_value <> monetary)
            )
        from customer_rfm
        """
    )
    assert n_customers > 500
    assert n_wrong == 0


def test_a_rule_that_rejects_lines_takes_three_files(
    follow: Callable[[str], list[Path]], query: Query
) -> None:
    """In the database of the recipe before: the lines are read again, since the rules of staging changed."""
    assert len(follow(RULE)) == 3
    ledger = query("select rule, lines_removed from cleaning_ledger order by rule_number")
    position = [rule for rule, _ in ledger].index("own_account")
    assert [rule for rule, _ in ledger][position - 1 : position + 2] == [
        "after_as_of_date",
        "own_account",
        "duplicate_file",
    ]
    rejected = query("select count(*) from rejected_invoice_lines where rejection_reason = 'own_account'")
    assert rejected == [(ledger[position][1],)]
    assert ledger[position][1] > 0
    assert query("select count(*) from customer_rfm where customer_id = '20494'") == [(0,)]


def test_an_edit_that_no_longer_fits_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("one\n\ntwo\n")
    edit = "--- a/a.sql\n+++ b/a.sql\n@@\n one\n \n-two\n+three\n"
    assert apply_edit(edit, tmp_path) == Path("a.sql")
    assert (tmp_path / "a.sql").read_text() == "one\n\nthree\n"
    with pytest.raises(ValueError, match=r"these lines are 0 times in a\.sql:\none\n\ntwo"):
        apply_edit(edit, tmp_path)
