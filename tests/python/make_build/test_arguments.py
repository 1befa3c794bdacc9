"""DBT_ARGS and the file of a shop: what dbt gets, where the build writes, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_runs import clean_environment, run_python
from make_build.arguments import ArgumentsProblem, BuildArguments, read_arguments

SHOP = """
# What acme sells.
invoices: orders/
invoice_columns: {customer_id: Kundennummer}
as_of_date: 2024-06-30
n_segments: 4
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a shop, named from the working directory as by a user."""
    monkeypatch.chdir(tmp_path)
    path = Path("shops/acme.yml")
    path.parent.mkdir()
    path.write_text(SHOP, encoding="utf-8")
    return path


def read(shop: Path | str = "", dbt_args: str = "", **others: str) -> BuildArguments:
    return read_arguments({"SHOP": str(shop), "DBT_ARGS": dbt_args, **others})


def passed_vars(arguments: BuildArguments) -> dict[str, Any]:
    """What dbt reads in the value of --vars, the last of the arguments."""
    assert arguments.dbt[-2] == "--vars"
    assert arguments.dbt.count("--vars") == 1
    found: dict[str, Any] = yaml.safe_load(arguments.dbt[-1])
    return found


def test_without_a_shop_dbt_gets_what_was_typed() -> None:
    arguments = read(dbt_args="--select 'a b' --vars '{n_segments: 3}'")
    assert arguments.dbt == ["--select", "a b", "--vars", "{n_segments: 3}"]
    assert arguments.given == {"n_segments": 3}
    assert arguments.outputs == {}
    assert read() == BuildArguments([], {}, {})


def test_the_vars_of_a_shop_reach_dbt(shop: Path) -> None:
    arguments = read(shop, "--exclude tag:history")
    assert arguments.dbt[:2] == ["--exclude", "tag:history"]
    assert passed_vars(arguments) == {
        "invoices": "orders/",
        "invoice_columns": {"customer_id": "Kundennummer"},
        "as_of_date": "2024-06-30",
        "n_segments": 4,
    }


def test_what_is_typed_wins_key_by_key(shop: Path) -> None:
    for typed in (["--vars", "{n_segments: 5, refit: never}"], ["--vars={n_segments: 5, refit: never}"]):
        found = passed_vars(read(shop, " ".join(map(json.dumps, typed))))
        assert found["n_segments"] == 5
        assert found["refit"] == "never"
        assert found["invoices"] == "orders/"


def test_each_shop_has_places_of_its_own(shop: Path) -> None:
    assert read(shop).outputs == {
        "SEGMENTATION_DATABASE": "acme.duckdb",
        "SEGMENTATION_PUBLISHED": "published_acme",
        "SEGMENTATION_SPARK_FOLDER": "spark_warehouse_acme",
    }
    shop.write_text(SHOP + "database: data/a.duckdb\npublished: null\n", encoding="utf-8")
    arguments = read(shop)
    assert arguments.outputs["SEGMENTATION_DATABASE"] == "data/a.duckdb"
    assert arguments.outputs["SEGMENTATION_PUBLISHED"] == "published_acme"
    assert not {"database", "published"} & passed_vars(arguments).keys()
    # Typed on the command line, and in the environment, which goes first.
    assert read(shop, "--vars '{database: b.duckdb}'").outputs["SEGMENTATION_DATABASE"] == "b.duckdb"
    assert "SEGMENTATION_DATABASE" not in read(shop, SEGMENTATION_DATABASE="c.duckdb").outputs


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("- invoices", "the file holds no names with values: expected lines such as `invoices: orders.csv`."),
        ("", "the file holds no names with values: expected lines such as `invoices: orders.csv`."),
        ("invoice: a.csv", "The var `invoice` does not exist: did you mean `invoices`?"),
        ("databse: a.duckdb", "The var `databse` does not exist: did you mean `database`?"),
        ("database: 5", "The var `database` is 5: expected null or a path, as text."),
        ("as_of_date: 2024-31-12", "a date is none of the calendar (month must be in 1..12): write it as"),
    ],
)
def test_a_file_that_does_not_do(shop: Path, content: str, sentence: str) -> None:
    shop.write_text(content, encoding="utf-8")
    with pytest.raises(ArgumentsProblem) as found:
        read(shop)
    assert str(found.value).startswith(f"shops/acme.yml: {sentence}")


def test_a_file_that_cannot_be_read(shop: Path) -> None:
    with pytest.raises(ArgumentsProblem, match=r"^The shop's file shops/b\.yml cannot be read \(there is no"):
        read("shops/b.yml")
    with pytest.raises(ArgumentsProblem, match=r"^The shop's file shops cannot be read \(Is a directory"):
        read("shops")
    shop.write_text("invoices: [a\nrefit: never\n", encoding="utf-8")
    with pytest.raises(ArgumentsProblem, match=r"^shops/acme\.yml, line 2: the file is no YAML \("):
        read(shop)
    shop.write_bytes("currency: £".encode("latin-1"))
    with pytest.raises(
        ArgumentsProblem, match=r"^shops/acme\.yml: the file is not UTF-8: save it as UTF-8\.$"
    ):
        read(shop)


@pytest.mark.parametrize(
    "typed", ["--vars '{a'", "--vars '[a]'", "--vars '{1: 2}'", "--vars '{d: 2024-31-12}'"]
)
def test_vars_that_cannot_be_understood_are_left_to_dbt(shop: Path, typed: str) -> None:
    for named in (shop, ""):
        arguments = read(named, typed)
        assert arguments.given is None
        assert arguments.dbt[0] == "--vars"
        assert len(arguments.dbt) == 2


def test_vars_without_a_value_are_left_to_dbt(shop: Path) -> None:
    assert read(shop, "--vars").dbt[0] == "--vars"


def test_a_customer_is_forgotten_in_the_database_of_the_shop(shop: Path, repo_root: Path) -> None:
    def forget(named: str) -> tuple[int, str]:
        environment = clean_environment(
            PYTHONPATH=str(repo_root / "python"),
            CUSTOMER="17850",
            SHOP=named,
            SEGMENTATION_PRIVACY_KEY="an invented key of more than 32 characters",
        )
        run = run_python(["-m", "privacy", "forget"], Path.cwd(), environment)
        return run.exit_code, run.output

    exit_code, output = forget(str(shop))
    assert exit_code == 0, output
    assert "acme_forgotten_customers.txt; there is no warehouse acme.duckdb" in output
    assert Path("acme_forgotten_customers.txt").exists()
    exit_code, output = forget("shops/none.yml")
    assert exit_code == 2
    assert output.startswith("The shop's file shops/none.yml cannot be read (there is no such file")
