"""The published figures of Online Retail, from this project's own tables.

Reads the real file in `../shared/data` beside the repository; skipped where it is absent.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

Build = Callable[..., Any]


@pytest.fixture(scope="module")
def net(real_net: Any) -> Any:
    return real_net


@pytest.fixture(scope="module")
def gross(real_gross: Any) -> Any:
    return real_gross


@pytest.fixture(scope="module")
def gross_without_duplicates(build_models: Build, online_retail: Path) -> Any:
    variables = {"invoices": str(online_retail / "OnlineRetail.csv"), "monetary_basis": "gross"}
    return build_models(
        "gross_without_duplicates", "customer_rfm invoice_lines cleaning_ledger", variables=variables
    )


def test_every_line_of_the_raw_file_is_accounted_for(net: Any) -> None:
    raw = net.rows(
        """
        select count(*), count(distinct invoice_number), sum(line_amount)
        from main_intermediate.int_invoice_lines_classified
        """
    )
    assert raw == [(541_909, 25_900, Decimal("9747747.93"))]
    assert net.value("select sum(n_records) from main_staging.stg_input_files") == 541_909
    places = net.rows(
        """
        select
            n_places,
            count(*)
        from (
            select count(marts.source_line) as n_places
            from main_staging.stg_invoice_lines as staged
            left join (
                select source_file, source_line from invoice_lines
                union all
                select source_file, source_line from rejected_invoice_lines
            ) as marts using (source_file, source_line)
            group by source_file, staged.source_line
        )
        group by all
        """
    )
    assert places == [(1, 541_909)]
    amounts = (
        "(select sum(line_amount) from invoice_lines) + (select sum(line_amount) from rejected_invoice_lines)"
    )
    assert net.value(f"select {amounts}") == Decimal("9747747.93")


def test_gross_with_duplicates_kept(gross: Any) -> None:
    figures = """
        select sum(n_lines), count(distinct invoice_number), count(distinct customer_id), sum(kept_amount)
        from main_intermediate.int_order_amounts
        where rule is null
    """
    assert gross.rows(figures) == [(397_884, 18_532, 4_338, Decimal("8911407.90"))]
    mart = gross.rows("select count(*), sum(frequency), sum(monetary) from customer_rfm")
    assert mart == [(4_338, 18_532, Decimal("8911407.90"))]


def test_gross_without_the_price_rule_has_one_customer_more(gross: Any) -> None:
    figures = gross.rows(
        """
        select
            count(*), count(distinct customer_id), count(distinct invoice_number), sum(quantity * unit_price)
        from main_intermediate.int_invoice_lines_classified
        where customer_id is not null and quantity > 0
        """
    )
    assert figures == [(397_924, 4_339, 18_536, Decimal("8911407.904"))]


def test_gross_with_duplicates_dropped(gross_without_duplicates: Any) -> None:
    figures = (
        "select sum(n_lines), sum(kept_amount) from main_intermediate.int_order_amounts where rule is null"
    )
    assert gross_without_duplicates.rows(figures) == [(392_692, Decimal("8887208.89"))]
    mart = gross_without_duplicates.rows("select count(*), sum(monetary) from customer_rfm")
    assert mart == [(4_338, Decimal("8887208.89"))]


def test_net_shows_cancelled_orders_as_nothing(net: Any, gross: Any) -> None:
    """16446 cancelled 80,995 units, 12346 everything: among the best by gross, worth nothing by net."""
    amounts = (
        "select customer_id, monetary from customer_rfm where customer_id in ('16446', '12346') order by 1"
    )
    assert gross.rows(amounts) == [("12346", Decimal("77183.60")), ("16446", Decimal("168472.50"))]
    assert net.rows(amounts) == [("16446", Decimal("2.90"))]
    assert gross.value("select count(*) from customer_rfm where monetary > 168472.50") == 3

    best = net.rows("select distinct segment_id, segment_name from customer_segments where value_rank = 1")
    assert len(best) == 1
    assert net.value("select value_rank from customer_segments where customer_id = '16446'") > 1


@pytest.mark.parametrize("basis", ["net", "gross", "gross_without_duplicates"])
def test_the_ledger_leads_from_the_file_to_the_mart(basis: str, request: pytest.FixtureRequest) -> None:
    warehouse = request.getfixturevalue(basis)
    steps = warehouse.rows(
        """
        select
            part, lines_before, lines_after, invoices_before, invoices_after,
            customers_before, customers_after, value_before, value_after
        from cleaning_ledger
        order by rule_number
        """
    )
    assert steps[0][1::2] == (541_909, 25_900, 4_372, Decimal("9747747.93"))
    for step, following in pairwise(steps):
        assert step[2::2] == following[1::2]
    lines = [step for step in steps if step[0] == "lines"]
    kept = """
        select count(*), count(distinct invoice_number), count(distinct customer_id), sum(line_amount)
        from invoice_lines
    """
    assert [lines[-1][2::2]] == warehouse.rows(kept)
    last = warehouse.rows("select count(*), sum(monetary) from customer_rfm")[0]
    assert (steps[-1][6], steps[-1][8]) == last


def test_segments_hold_every_customer_and_every_penny(net: Any) -> None:
    customers = net.rows("select count(*), sum(monetary) from customer_rfm")
    assert net.rows("select count(distinct customer_id), sum(monetary) from customer_segments") == customers
    assert net.rows("select sum(n_customers), sum(revenue) from segment_profiles") == customers
    profiles = "select segment_id, n_customers, revenue from segment_profiles order by all"
    counted = "select segment_id, count(*), sum(monetary) from customer_segments group by all order by all"
    assert net.rows(profiles) == net.rows(counted)


def test_returned_lines_that_find_their_sale(net: Any) -> None:
    counts = dict(
        net.rows(
            """
            select fate, count(*)
            from (
                select
                    case
                        when bool_and(is_paired) then 'whole'
                        when bool_or(is_paired) then 'in part'
                        else 'not'
                    end as fate
                from main_intermediate.int_returns_paired
                group by return_source_file, return_source_line
            )
            group by fate
            """
        )
    )
    assert counts["whole"] == pytest.approx(7_400, rel=0.01)
    assert counts["not"] == pytest.approx(1_050, rel=0.01)
    assert counts["in part"] == pytest.approx(60, rel=0.1)


def test_pairing_agrees_with_a_plain_walk_through_the_returns(net: Any) -> None:
    """Latest sale first, one return after the other: the quantity taken from each sale is the same."""
    lines = net.rows(
        """
        select
            line_type, customer_id, upper(stock_code), invoiced_at, invoice_number, unit_price,
            abs(signed_quantity)
        from main_intermediate.int_invoice_lines_classified
        where rejection_reason is null and line_type in ('sale', 'return') and customer_id is not null
        order by invoiced_at
        """
    )
    # Sales by customer and product: time, invoice, price, quantity sold, quantity left.
    stock: dict[tuple[str, str], list[list[Any]]] = {}
    for line_type, customer, product, *sale in lines:
        if line_type == "sale":
            stock.setdefault((customer, product), []).append([*sale, sale[-1]])
    for sales in stock.values():
        sales.sort(key=lambda sale: (-sale[0].timestamp(), sale[1], -sale[2], sale[3]))
    for line_type, customer, product, returned_at, _invoice, _price, quantity in lines:
        left = quantity if line_type == "return" else 0
        for sale in stock.get((customer, product), []):
            if left and sale[0] <= returned_at:
                taken = min(left, sale[4])
                sale[4] -= taken
                left -= taken
    walked = sorted(
        (customer, product, sale[1], sale[2], sale[3], sale[3] - sale[4])
        for (customer, product), sales in stock.items()
        for sale in sales
        if sale[4] < sale[3]
    )
    paired = net.rows(
        """
        select customer_id, product_code, invoice_number, unit_price, quantity, returned_quantity
        from invoice_lines
        where returned_quantity > 0 and is_attributed
        """
    )
    assert sorted(paired) == walked


def test_the_default_choice_is_five_segments(net: Any) -> None:
    assert net.rows("select k, is_elbow, is_eligible from segment_k_scan where is_chosen") == [
        (5, True, True)
    ]
