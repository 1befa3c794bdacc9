"""The vars of the project: known names, strict types, allowed ranges."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from project_variables import KNOWN_VARIABLES, check_variables


@pytest.fixture
def variables(repo_root: Path) -> dict[str, Any]:
    """The project's vars with their defaults."""
    project = yaml.safe_load((repo_root / "dbt_project.yml").read_text(encoding="utf-8"))
    defaults: dict[str, Any] = project["vars"]
    return defaults


def test_the_defaults_are_allowed_and_complete(variables: dict[str, Any]) -> None:
    assert check_variables(variables, []) is None
    assert set(KNOWN_VARIABLES) == set(variables)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("invoices", ""),
        ("invoices", None),
        ("invoices", ["a.csv"]),
        ("invoice_columns", None),
        ("invoice_columns", {"country": 3}),
        ("invoice_date_format", 5),
        ("customer_records", " "),
        ("customer_records_columns", []),
        ("customer_attributes", 1),
        ("currency", ""),
        ("currency", "GBP'"),
        ("currency", "<b>"),
        ("currency", "ninechars"),
        ("currency", "A1"),
        ("as_of_date", "2011-02-30"),
        ("as_of_date", "10/12/2011"),
        ("as_of_date", "2011-W01-1"),
        ("monetary_basis", "Net"),
        ("drop_duplicates", "true"),
        ("drop_duplicates", 1),
        ("segmentation_features", []),
        ("segmentation_features", ["monetary", "monetary"]),
        ("segmentation_features", "monetary"),
        ("feature_transform", None),
        ("outliers", True),
        ("n_segments", 1),
        ("n_segments", 11),
        ("n_segments", True),
        ("n_segments", 4.0),
        ("n_segments", "4"),
        ("k_candidates", []),
        ("k_candidates", [3, 2]),
        ("k_candidates", [2, 2]),
        ("k_candidates", [2, 11]),
        ("k_candidates", [True, 2]),
        ("refit", "sometimes"),
        ("cluster_methods", ["kmeans"]),
        ("cluster_methods", ["ward", "ward"]),
        ("cluster_methods", None),
        ("publish_lines", "no"),
        ("publish_report", 0),
        ("pseudonymize_customer_ids", "yes"),
        ("minimum_published_customers", 0),
        ("minimum_published_customers", 5.0),
        ("random_seed", -1),
        ("random_seed", 2**32),
        ("random_seed", False),
    ],
)
def test_a_bad_value_is_named_with_its_range(name: str, value: object, variables: dict[str, Any]) -> None:
    error = check_variables({**variables, name: value}, [name])
    assert error is not None
    assert error.startswith(f"The var `{name}` is {'null' if value is None else repr(value)}: expected ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("currency", "£"),
        ("currency", "kr"),
        ("currency", "zł"),
        ("as_of_date", "2011-12-10"),
        ("n_segments", 2),
        ("n_segments", 10),
        ("k_candidates", [5]),
        ("cluster_methods", []),
        ("random_seed", 2**32 - 1),
        ("invoice_columns", {"Customer ID": "Kunde", "country": None}),
    ],
)
def test_allowed_values(name: str, value: object, variables: dict[str, Any]) -> None:
    assert check_variables({**variables, name: value}, [name]) is None


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"contry": "Land"}, 'maps "contry" (did you mean country?)'),
        ({"InvoiceNo": "a", "invoice_number": "b"}, "maps invoice_number twice"),
        ({"quantity": None}, "maps quantity to null, which is allowed for country and description"),
    ],
)
def test_mappings(columns: dict[str, object], expected: str, variables: dict[str, Any]) -> None:
    error = check_variables({**variables, "invoice_columns": columns}, [])
    assert error is not None
    assert error.startswith("`invoice_columns` ")
    assert expected in error


def test_unknown_names(variables: dict[str, Any]) -> None:
    assert check_variables(variables, ["n_segment"]) == (
        "The var `n_segment` does not exist: did you mean `n_segments`?"
    )
    error = check_variables(variables, ["zzz"])
    assert error is not None
    assert all(name in error for name in KNOWN_VARIABLES)
    assert check_variables(variables, ["database", "published"]) is None
    del variables["refit"]
    assert check_variables(variables, []) is not None


@pytest.mark.parametrize("name", ["database", "published"])
def test_the_paths_of_a_shop_are_text_or_null(name: str, variables: dict[str, Any]) -> None:
    assert check_variables({**variables, name: "acme"}, [name]) is None
    assert check_variables({**variables, name: None}, [name]) is None
    assert check_variables({**variables, name: 5}, [name]) == (
        f"The var `{name}` is 5: expected null or a path, as text."
    )
