"""The metrics asked for through MetricFlow, as an analyst types it, against SQL over the marts.

Skipped with a reason where MetricFlow is not installed.
"""

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbt_runs import DBT, clean_environment, run_python

Query = Callable[..., list[dict[str, str]]]

METRICS = "customers,orders,revenue,sales,returns,average_order_value,return_rate,share_of_revenue"


@pytest.fixture(scope="module")
def query(sample: Any, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Query:
    """Rows of `mf query`; arguments: metrics, what to group by.

    MetricFlow reads the manifest in the project's own folder target, so the project is lent another root.
    """
    if importlib.util.find_spec("metricflow") is None:
        pytest.skip("MetricFlow is not installed: make test installs it")
    root = tmp_path_factory.mktemp("project")
    for name in ("dbt_project.yml", "profiles.yml", "macros", "models", "python", "seeds", "tests"):
        (root / name).symlink_to(repo_root / name)
    environment = clean_environment(
        PYTHONPATH=str(repo_root / "python"),
        SEGMENTATION_DATABASE=str(sample.database),
        SEGMENTATION_PUBLISHED=str(root / "published"),
    )

    def run(*command: str) -> None:
        finished = run_python(command, root, environment)
        assert finished.exit_code == 0, finished.output

    run(*DBT, "parse")

    def rows(metrics: str, group_by: str) -> list[dict[str, str]]:
        answer = root / "answer.csv"
        answer.unlink(missing_ok=True)
        arguments = ("query", "--metrics", metrics, "--group-by", group_by, "--csv", str(answer))
        run("-c", "from dbt_metricflow.cli.main import cli; cli()", *arguments)
        with answer.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def test_by_segment_they_are_the_figures_of_the_profiles(query: Query, sample: Any) -> None:
    answer = {
        row["customer_order__segment_name"]: row for row in query(METRICS, "customer_order__segment_name")
    }
    profiles = sample.rows(
        """
        select
            segment_name, n_customers, n_orders, revenue, avg_order_value, return_rate, share_of_revenue
        from segment_profiles
        """
    )
    assert len(answer) == len(profiles) > 2
    for name, n_customers, n_orders, revenue, order_value, return_rate, share in profiles:
        row = answer[name]
        assert (int(row["customers"]), int(row["orders"])) == (n_customers, n_orders)
        assert float(row["revenue"]) == pytest.approx(float(revenue), abs=0.001)
        assert float(row["average_order_value"]) == pytest.approx(float(order_value), abs=0.01)
        assert float(row["share_of_revenue"]) == pytest.approx(share)
        assert float(row["sales"]) - float(row["returns"]) == pytest.approx(float(revenue), abs=0.001)
        assert float(row["return_rate"]) == pytest.approx(return_rate)


@pytest.mark.parametrize(
    ("dimensions", "columns"),
    [
        (["customer_order__country"], ["customer_rfm.country"]),
        (["metric_time__month"], ["date_trunc('month', invoice_date)::date"]),
        (
            ["customer_order__segment_name", "metric_time__month"],
            ["segment_name", "date_trunc('month', invoice_date)::date"],
        ),
    ],
)
def test_by_country_and_month_they_are_the_sale_lines_of_the_marts(
    query: Query, sample: Any, dimensions: list[str], columns: list[str]
) -> None:
    # Orders are counted as monetary's rules say, from the lines and not from the model the metrics rest on.
    expected = {
        tuple(str(value) for value in group): (revenue, returns, sales, n_orders, n_customers)
        for *group, revenue, returns, sales, n_orders, n_customers in sample.rows(
            f"""
            with orders as (
                select {", ".join(f"{column} as group_{i}" for i, column in enumerate(columns))},
                    customer_id, invoice_number,
                    sum(net_amount) as revenue, sum(returned_amount) as returns, sum(line_amount) as sales
                from invoice_lines
                inner join customer_segments using (customer_id)
                inner join customer_rfm using (customer_id)
                where line_type = 'sale'
                group by all
            )
            select {", ".join(f"group_{i}" for i in range(len(columns)))},
                sum(revenue), sum(returns), sum(sales), count(*) filter (where revenue > 0),
                count(distinct customer_id) filter (where revenue > 0)
            from orders group by all
            """
        )
    }
    answer = {
        tuple(row[dimension].removesuffix(" 00:00:00") for dimension in dimensions): row
        for row in query(METRICS, ",".join(dimensions))
    }
    assert answer.keys() == expected.keys()
    total = sum(revenue for revenue, *_ in expected.values())
    for group, (revenue, returns, sales, n_orders, n_customers) in expected.items():
        row = answer[group]
        assert (int(row["orders"]), int(row["customers"])) == (n_orders, n_customers)
        for metric, amount in (("revenue", revenue), ("returns", returns), ("sales", sales)):
            assert float(row[metric]) == pytest.approx(float(amount), abs=0.001)
        assert float(row["return_rate"]) == pytest.approx(float(returns / sales))
        assert float(row["share_of_revenue"]) == pytest.approx(float(revenue / total))
        if n_orders:
            assert float(row["average_order_value"]) == pytest.approx(float(revenue / n_orders))
