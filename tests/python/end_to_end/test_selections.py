"""Parts of a build: each selection works, or says in one sentence what it needs."""

from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]


def test_what_is_above_a_table_can_be_built_on_a_new_database(dbt: Build) -> None:
    for table in ("customer_rfm", "customer_segments"):
        built = dbt("selected", "build", "--select", f"+{table}")
        assert built.value(f"select count(*) from {table}") > 700
        assert "Completed successfully" in built.output


@pytest.mark.parametrize(
    "arguments", [("build", "--select", "customer_rfm+"), ("run",), ("test",)], ids=" ".join
)
def test_on_a_new_database_a_part_says_what_it_needs(dbt: Build, arguments: tuple[str, ...]) -> None:
    stopped = dbt(f"nothing for {arguments[0]}", *arguments, fails=True)
    assert "which this database does not have: run dbt build without a selection once" in stopped.output
    assert "START" not in stopped.output.split("which this database")[1]


@pytest.mark.parametrize(
    "arguments",
    [("build", "--select", "customer_rfm"), ("build", "--select", "cleaning_ledger+"), ("test",)],
    ids=" ".join,
)
def test_on_a_built_database_a_part_is_made_and_tested(
    dbt: Build, sample: Any, copied: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    folder = f"a part {' '.join(arguments)}"
    copied(sample, folder)
    assert "Completed successfully" in dbt(f"{folder}/sample", *arguments).output
