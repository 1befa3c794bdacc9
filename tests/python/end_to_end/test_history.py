"""Who came, left and moved from date to date, in one warehouse built again and again."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segmentation.kmeans import nearest_two
from segmentation.model import SegmentModel

Build = Callable[..., Any]

MODELS = "segment_migration"
FEW = {"k_candidates": [3, 4, 5]}
FEATURES = ("recency_days", "frequency", "monetary")
RECORDED = ("segment_history", "segment_migration")
VERSIONS = "select * from segment_model"


def left(built: Any, features: tuple[str, ...] = FEATURES) -> dict[str, Any]:
    """What a build left behind: tables, what it printed, customers with values, and rows of the model."""
    columns = ", ".join(f"cast({feature} as double)" for feature in features)
    return {
        "output": built.output,
        "history": built.rows("select * from segment_history order by all"),
        "migration": built.rows("select * from segment_migration order by all"),
        "segments": dict(built.rows("select customer_id, segment_id from customer_segments")),
        "monetary": built.value("select sum(monetary) from customer_segments"),
        "values": {row[0]: row[1:] for row in built.rows(f"select customer_id, {columns} from customer_rfm")},
        "version": built.value("select any_value(model_version) from customer_segments"),
        "model": built.rows(VERSIONS),
        "model_columns": [row[0] for row in built.rows(f"describe {VERSIONS}")],
    }


@pytest.fixture(scope="module")
def builds(build_models: Build, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Builds of the sample in one warehouse, in this order; in the last one a customer has vanished."""
    with (repo_root / "seeds" / "sample_invoices.csv").open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    column = header.index("CustomerID")
    # An export writes the same id in several ways.
    ids = [line[column].strip().removesuffix(".0") for line in lines]
    bought = Counter(customer for customer in ids if customer)
    gone = min(customer for customer, count in bought.items() if count == max(bought.values()))
    # Under a name of its own: own data would take the place of the sample, history included.
    everybody, without = (
        tmp_path_factory.mktemp("invoices") / name for name in ("everybody.csv", "one customer less.csv")
    )
    shutil.copy(repo_root / "seeds" / "sample_invoices.csv", everybody)
    with without.open("w", encoding="utf-8", newline="") as file:
        kept = (line for line, customer in zip(lines, ids, strict=True) if customer != gone)
        csv.writer(file).writerows([header, *kept])
    steps: dict[str, dict[str, Any]] = {
        "march": {"as_of_date": "2024-03-31"},
        "march again": {"as_of_date": "2024-03-31"},
        "june": {"as_of_date": "2024-06-30", "refit": "never"},
        "june again": {"as_of_date": "2024-06-30", "refit": "never"},
        "april": {"as_of_date": "2024-04-30", "refit": "never"},
        "september": {"as_of_date": "2024-09-30", "refit": "always"},
        "december": {"as_of_date": "2024-12-31", "refit": "never", "invoices": str(without)},
    }
    found: dict[str, Any] = {"gone": gone}
    for name, variables in steps.items():
        arguments = ("--full-refresh",) if name == "march again" else ()
        variables = FEW | {"invoices": str(everybody)} | variables
        found[name] = left(build_models("history", MODELS, *arguments, variables=variables))
    return found


def rows_of(build: dict[str, Any], as_of_date: str) -> list[dict[str, Any]]:
    """Rows of segment_migration of one date, by what the checks need."""
    names = ("date", "before", "from", "from_key", "from_name", "to", "to_key", "to_name", "cause")
    figures = ("n", "previous_monetary", "monetary", "change")
    rows = [dict(zip(names + figures, row, strict=True)) for row in build["migration"]]
    return [row for row in rows if str(row["date"]) == as_of_date]


def test_the_first_date_has_no_date_before(builds: dict[str, Any]) -> None:
    rows = rows_of(builds["march"], "2024-03-31")
    assert {row["cause"] for row in rows} == {"first_build"}
    assert all(row["before"] is None and row["from"] is None for row in rows)
    assert (
        sum(row["n"] for row in rows) == len(builds["march"]["segments"]) == len(builds["march"]["history"])
    )


@pytest.mark.parametrize(
    ("earlier", "later", "as_of_date"),
    [
        ("march", "june", "2024-06-30"),
        ("june", "september", "2024-09-30"),
        ("september", "december", "2024-12-31"),
    ],
)
def test_customers_and_money_tie_out_between_dates(
    builds: dict[str, Any], earlier: str, later: str, as_of_date: str
) -> None:
    rows = rows_of(builds[later], as_of_date)
    before, now = builds[earlier]["segments"], builds[later]["segments"]
    assert {str(row["before"]) for row in rows} == {
        {"march": "2024-03-31", "june": "2024-06-30", "september": "2024-09-30"}[earlier]
    }
    counted = {(row["from"], row["to"]): 0 for row in rows}
    for row in rows:
        counted[row["from"], row["to"]] += row["n"]
        assert row["change"] == row["monetary"] - row["previous_monetary"]
    pairs = [(before.get(customer), now.get(customer)) for customer in before.keys() | now.keys()]
    assert counted == {pair: pairs.count(pair) for pair in set(pairs)}
    assert sum(row["monetary"] for row in rows) == builds[later]["monetary"]
    assert sum(row["previous_monetary"] for row in rows) == builds[earlier]["monetary"]


def test_without_a_refit_only_customers_move(builds: dict[str, Any]) -> None:
    rows = rows_of(builds["june"], "2024-06-30")
    assert {row["cause"] for row in rows} == {"arrived", "stayed", "customer"}


def test_with_a_refit_each_move_is_told_apart(builds: dict[str, Any]) -> None:
    """What the model of June makes of the values of September, in Python, against the causes of the SQL."""
    june, september = builds["june"], builds["september"]
    assert june["version"] != september["version"]
    version = dict(zip(june["model_columns"], range(100), strict=False))["model_version"]
    rows = [
        dict(zip(june["model_columns"], row, strict=True))
        for row in september["model"]
        if row[version] == june["version"]
    ]
    old = SegmentModel.from_rows(rows)
    assert old is not None
    movers = sorted(
        customer
        for customer in june["segments"].keys() & september["segments"].keys()
        if june["segments"][customer] != september["segments"][customer]
    )
    values = np.array([september["values"][customer] for customer in movers])
    labels = nearest_two(old.transformer.transform(values), old.centroids).first
    expected = {"customer": 0, "model": 0, "both": 0}
    for customer, label in zip(movers, labels, strict=True):
        between = old.segment_ids[label]
        if between == september["segments"][customer]:
            expected["customer"] += 1
        elif between == june["segments"][customer]:
            expected["model"] += 1
        else:
            expected["both"] += 1
    found = dict.fromkeys(expected, 0)
    for row in rows_of(september, "2024-09-30"):
        if row["cause"] in found:
            found[row["cause"]] += row["n"]
    assert found == expected
    assert found["customer"] > 0 and found["model"] > 0


def test_a_date_built_again_records_the_same(builds: dict[str, Any]) -> None:
    """March with a full refresh, which the history outlives."""
    for name in ("march", "june"):
        assert builds[f"{name} again"]["history"] == builds[name]["history"]
        assert builds[f"{name} again"]["migration"] == builds[name]["migration"]


def test_an_earlier_date_records_nothing_and_says_so(builds: dict[str, Any]) -> None:
    assert builds["april"]["history"] == builds["june"]["history"]
    assert builds["april"]["migration"] == builds["june"]["migration"]
    assert builds["april"]["segments"] != builds["june"]["segments"]
    assert (
        "this build is as of 2024-04-30, and the last one in it is as of 2024-06-30"
        in (builds["april"]["output"])
    )
    assert "segment_history stays" not in builds["june"]["output"]


def test_a_customer_who_vanished_has_left(builds: dict[str, Any]) -> None:
    december, gone = builds["december"], builds["gone"]
    assert gone in builds["september"]["segments"] and gone not in december["segments"]
    last = [row for row in december["history"] if row[0] == gone][-1]
    assert (str(last[6]), last[8]) == ("2024-12-31", "left")
    rows = [row for row in rows_of(december, "2024-12-31") if row["cause"] == "left"]
    assert [(row["from"], row["to"], row["n"], row["monetary"]) for row in rows] == [
        (builds["september"]["segments"][gone], None, 1, 0)
    ]


def test_the_history_tells_where_everybody_was_on_each_date(builds: dict[str, Any]) -> None:
    dates = {"march": "2024-03-31", "june": "2024-06-30", "september": "2024-09-30", "december": "2024-12-31"}
    for name, day in dates.items():
        there = {
            row[0]: row[1]
            for row in builds["december"]["history"]
            if str(row[5]) <= day and (row[6] is None or str(row[6]) > day)
        }
        assert there == builds[name]["segments"]


def test_the_real_file_month_by_month(build_models: Build, online_retail: Path) -> None:
    """Three months of the real Online Retail file: flows tie out, and somebody moves each month."""
    invoices = {"invoices": str(online_retail / "OnlineRetail.csv"), "cluster_methods": []}
    months = ("2011-09-30", "2011-10-31", "2011-11-30")
    found = [
        left(build_models("history of real data", MODELS, variables=FEW | invoices | {"as_of_date": month}))
        for month in months
    ]
    for month, before, now in zip(months[1:], found, found[1:], strict=False):
        rows = rows_of(now, month)
        assert sum(row["n"] for row in rows if row["to"] is not None) == len(now["segments"])
        assert sum(row["n"] for row in rows if row["from"] is not None) == len(before["segments"])
        assert sum(row["change"] for row in rows) == now["monetary"] - before["monetary"]
        moved = sum(row["n"] for row in rows if row["cause"] in ("customer", "both"))
        assert 0.05 < moved / len(before["segments"]) < 0.5
