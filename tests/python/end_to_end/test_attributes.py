"""Attributes of customers: numbers and text as features, gaps imputed, bad ones refused."""

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., Any]

FEW = {"k_candidates": [3, 4], "cluster_methods": []}
AGREEMENT = "assert_score_customer_agrees_with_customer_segments"


def share(customer: str, what: str) -> float:
    """A number from 0 to 1 that belongs to a customer, the same in every run."""
    return int(hashlib.sha256(f"{customer} {what}".encode()).hexdigest()[:8], 16) / 16**8


def attributes_of(customer: str) -> list[str]:
    """Id, age, member, city, balance, contact; every tenth age and every fifth membership is missing."""
    age = "" if share(customer, "no age") < 0.1 else str(18 + int(60 * share(customer, "age")))
    member = "yes" if share(customer, "member") < 0.3 else "no"
    if share(customer, "no member") < 0.2:
        member = "N/A"
    city = f"City {int(30 * share(customer, 'city'))}"
    balance = str(int(100 * share(customer, "balance")) - 50)
    return [f"{customer}.0", age, member, city, balance, f"k{customer}@example.org"]


@pytest.fixture(scope="module")
def attributes(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file about most customers of the sample, with records that tell nothing about any."""
    with (repo_root / "seeds" / "sample_invoices.csv").open(encoding="utf-8", newline="") as file:
        customers = sorted({row["CustomerID"] for row in csv.DictReader(file)} - {""})
    path = tmp_path_factory.mktemp("attributes") / "about customers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Customer ID", "age", "member", "city", "balance", "contact"])
        writer.writerows(attributes_of(customer) for customer in customers[5:])
        writer.writerows(
            [
                ["", 5, "no", "x", 0, ""],
                [customers[5], 99, "no", "x", 0, ""],
                ["nobody", 5, "no", "x", 0, ""],
            ]
        )
    return path


@pytest.fixture(scope="module")
def built(dbt: Build, attributes: Path) -> Any:
    features = ["recency_days", "monetary", "age", "member"]
    variables = FEW | {"customer_attributes": str(attributes), "segmentation_features": features}
    return dbt("attributes", "build", "--exclude-resource-type", "unit_test", variables=variables)


def test_text_becomes_a_feature_per_level(built: Any) -> None:
    assert built.value("select any_value(features) from segment_model") == [
        "recency_days",
        "monetary",
        "age",
        "member=no",
        "member=yes",
    ]
    kinds = dict(built.rows("select distinct attribute, kind from customer_attributes"))
    assert kinds == {
        "age": "number",
        "member": "category",
        "city": "text",
        "balance": "number",
        "contact": "text",
    }


def test_score_customer_takes_the_columns_and_agrees_for_every_customer(built: Any) -> None:
    assert f"PASS {AGREEMENT}" in built.output
    rows = built.rows(
        "select segment_key from score_customer(5, 900, 40, 'yes') union all "
        "select segment_key from score_customer(5, 900, 40, 'no')"
    )
    assert len(rows) == 2


def test_missing_values_are_imputed_flagged_and_in_range(built: Any) -> None:
    """A customer in no record has every feature imputed; text and balance, no features, are not."""
    n_customers = built.value("select count(*) from customer_rfm")
    by_attribute = dict(built.rows("select attribute, count(*) from customer_attributes group by attribute"))
    assert (by_attribute["age"], by_attribute["member"]) == (n_customers, n_customers)
    assert by_attribute["city"] < n_customers
    imputed = built.rows(
        "select attribute, value_text, value_number from customer_attributes where is_imputed"
    )
    assert {attribute for attribute, _, _ in imputed} == {"age", "member"}
    assert all(18 <= value <= 78 for attribute, _, value in imputed if attribute == "age")
    assert {text for attribute, text, _ in imputed if attribute == "member"} <= {"yes", "no"}
    given = built.rows(
        "select customer_id, value_number from customer_attributes where attribute = 'age' and not is_imputed"
    )
    assert all(attributes_of(customer)[1] == f"{value:.0f}" for customer, value in given)


def test_records_that_tell_nothing_are_kept_with_their_reason(built: Any) -> None:
    rejected = dict(built.rows("select raw_text, rejection_reason from rejected_customer_attributes"))
    assert rejected["nobody,5,no,x,0,"] == "not_in_customer_rfm"
    assert rejected[",5,no,x,0,"] == "missing_customer_id"
    assert "repeated_customer_id" in rejected.values()
    n_records = built.value("select count(*) from main_staging.stg_customer_attributes")
    n_used = built.value("select count(distinct customer_id) from customer_attributes where not is_imputed")
    assert n_records == n_used + len(rejected)


def test_addresses_of_single_persons_are_in_no_profile_and_no_report(built: Any) -> None:
    assert "left out of profiles and report: contact." in built.output
    assert built.rows("select distinct attribute from customer_attributes where is_private") == [("contact",)]
    assert built.value("select count(*) from segment_attribute_profiles where attribute = 'contact'") == 0
    report = (built.published / "report.html").read_text(encoding="utf-8")
    assert "city" in report
    assert "contact" not in report.split("<body", 1)[-1].split("<script", 1)[0]
    assert "@example.org" not in report


def test_profiles_tell_what_customers_of_a_segment_are_like(built: Any) -> None:
    rows = built.rows(
        """
        select p.mean, avg(a.value_number)
        from segment_attribute_profiles as p
        inner join customer_segments as s using (segment_id)
        inner join customer_attributes as a on a.customer_id = s.customer_id and a.attribute = 'balance'
        where p.attribute = 'balance'
        group by p.segment_id, p.mean
        """
    )
    assert len(rows) == built.value("select count(distinct segment_id) from customer_segments")
    assert all(mean == pytest.approx(expected) for mean, expected in rows)
    levels = built.rows(
        "select count(distinct level), sum(share_of_known) from segment_attribute_profiles "
        "where attribute = 'member' group by segment_id"
    )
    assert all(n <= 2 and total == pytest.approx(1) for n, total in levels)
    assert (
        built.value(
            "select max(n) from (select count(*) as n from segment_attribute_profiles "
            "where attribute = 'city' group by segment_id)"
        )
        <= 20
    )


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ("city", "which is text with 30 levels, and up to 10 can be features: take it out."),
        ("balance", "goes down to -50.0, and log1p needs 0 or more: set the var `feature_transform` to "),
        ("height", "but here a feature is one of recency_days, frequency, monetary"),
    ],
)
def test_an_attribute_that_cannot_be_a_feature_stops_the_build(
    dbt: Build, attributes: Path, feature: str, message: str
) -> None:
    variables = {"customer_attributes": str(attributes), "segmentation_features": ["monetary", feature]}
    stopped = dbt(
        "attributes refused",
        "build",
        "--select",
        "+int_segmentation_features",
        "--exclude-resource-type",
        "unit_test",
        variables=variables,
        fails=True,
    )
    assert f"The var `segmentation_features` names {feature}" in stopped.output
    assert message in " ".join(stopped.output.split())
    assert "Traceback" not in stopped.output
