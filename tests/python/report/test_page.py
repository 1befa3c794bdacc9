"""The page says what the marts say, whatever the marts hold. Marts are fabricated; no browser is needed."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import duckdb

from report import render

SIZE_LIMIT = 5_000_000


def in_marts(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "segments.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def amount(text: str) -> Decimal:
    """The amount in a cell, as written."""
    return Decimal(text.replace("£", "").replace(",", "").replace("\N{MINUS SIGN}", "-"))


def facts(card: Any) -> dict[str, str]:
    """Names and values in a segment's card."""
    return {part.find("dt")[0].words: part.find("dd")[0].words for part in card.find("div")}


def payload(page: Any) -> Any:
    return json.loads(page.find("script", id="report-data")[0].text)


def test_segments_add_up_to_the_marts(plain_report: Path, plain_page: Any) -> None:
    cards = plain_page.find("article", class_="card")
    shown = [
        (
            card.attributes["data-segment"],
            card.find("h3")[0].words,
            int(facts(card)["Customers"].split()[0].replace(",", "")),
            amount(facts(card)["Revenue"].split()[0]),
        )
        for card in cards
    ]
    assert shown == in_marts(
        plain_report,
        """
        select cast(segment_id as varchar), segment_name, n_customers, revenue
        from segment_profiles order by value_rank
        """,
    )
    ((n_customers, monetary),) = in_marts(plain_report, "select count(*), sum(monetary) from customer_rfm")
    assert sum(customers for _, _, customers, _ in shown) == n_customers
    assert sum(revenue for _, _, _, revenue in shown) == monetary
    headline = plain_page.find("dl", class_="headline")[0].words
    assert f"{n_customers:,} customers" in headline
    assert f"revenue of £{monetary:,.2f}" in headline


def test_rules_say_amounts_as_the_rest_of_the_page(plain_page: Any) -> None:
    notes = [note.words for note in plain_page.find("p", class_="note")]
    assert notes.count("As a rule: frequency > 1 order and monetary > £1,200 (right for 90.0% of them).") == 4
    assert "GBP" not in plain_page.find("main")[0].words
    assert "GBP" not in json.dumps(payload(plain_page))


def test_ledger_runs_from_the_input_to_monetary(plain_report: Path, plain_page: Any) -> None:
    tables = plain_page.find("table", class_="ledger")
    ((monetary, lines, value),) = in_marts(
        plain_report,
        """
        select sum(monetary), (select max(lines_before) from cleaning_ledger),
            (select value_before from cleaning_ledger where rule_number = 1)
        from customer_rfm
        """,
    )
    left_lines, left_value = lines, value
    for table in tables:
        rows = [
            (int(amount(cells[0].words)), amount(cells[1].words))
            for row in table.find("tbody")[0].find("tr")
            if (cells := row.find("td", class_="n"))
        ]
        assert rows[0] == (left_lines, left_value)
        left_lines += sum(change for change, _ in rows[1:-1])
        left_value += sum(change for _, change in rows[1:-1])
        assert rows[-1] == (left_lines, left_value)
    assert len(tables) == 2
    assert left_value == monetary


def test_countries_products_and_top_customers_are_the_marts(plain_report: Path, plain_page: Any) -> None:
    for kind in ("country", "product"):
        ((revenue,),) = in_marts(plain_report, f"select sum(revenue) from {kind}_segments")
        assert amount(plain_page.find("span", data_total=kind)[0].words) == revenue
    shown = [(row[0], row[1], row[4]) for row in payload(plain_page)["customers"]]
    assert shown == in_marts(
        plain_report,
        """
        select customer_id, segment_id, cast(monetary as varchar) from customer_segments
        order by monetary desc, customer_id
        """,
    )


def test_grid_holds_every_customer_and_all_revenue(plain_report: Path, plain_page: Any) -> None:
    chart = payload(plain_page)["charts"]["rfm_grid_revenue"]
    (cells,) = [rows for rows in chart["datasets"].values() if "r" in rows[0]]
    ((n_customers, monetary),) = in_marts(plain_report, "select count(*), sum(monetary) from customer_rfm")
    for chosen in ((0,), (1, 2, 3, 4)):
        counted = [cell for cell in cells if cell["segment"] in chosen]
        assert sum(int(cell["customers"].replace(",", "")) for cell in counted) == n_customers
        assert sum(amount(cell["revenue"]) for cell in counted) == monetary


def test_attributes_are_told_against_all_customers(
    attribute_report: Path, read_page: Callable[[Path], Any]
) -> None:
    page = read_page(attribute_report / "report.html")
    blocks = {
        block.find("h3")[0].words: block
        for block in page.find("section", id="attributes")[0].find("div")
        if block.attributes == {} and block.find("h3")
    }
    assert set(blocks) == {f"{kind}{name}" for kind in ("", "number ") for name in ("shop", "web", "app")}
    ((mean, known),) = in_marts(
        attribute_report,
        """
        select avg(value_number), count(*) from customer_attributes
        where attribute = 'number web' and not is_imputed
        """,
    )
    assert f"Mean of all customers: {mean:.1f}. Known of {known} customers." in blocks["number web"].words
    expected = in_marts(
        attribute_report,
        """
        select mean, median from segment_attribute_profiles where attribute = 'number web' order by segment_id
        """,
    )
    shown = [[cell.words for cell in row.find("td")] for row in blocks["number web"].find("tr")[1:]]
    assert shown == [
        [f"{of_segment:.1f}", f"{of_segment - mean:+.1f}".replace("-", "\N{MINUS SIGN}"), f"{median:.1f}"]
        for of_segment, median in expected
    ]
    # All of segment 1 and a third of the three others: half of all customers.
    assert [cell.words for cell in blocks["web"].find("tr")[1].find("td")] == ["shop", "100.0%", "+50.0"]
    first, second = page.find("article", class_="card")[:2]
    assert "Set apart by" in first.words and "app shop: 100.0% all customers 50.0%" in first.words
    # A third of 60 against half of 240: not three times what chance gives.
    assert "all customers 50.0%" not in second.words


def test_without_attributes_nothing_is_said_of_them(plain_page: Any) -> None:
    assert plain_page.find("section", id="attributes") == []
    assert plain_page.find("a", href="#attributes") == []
    assert "Set apart by" not in plain_page.find("main")[0].words


def test_hostile_attributes_stay_text(
    hostile_attribute_report: Path, marts: ModuleType, read_page: Callable[[Path], Any]
) -> None:
    page = read_page(hostile_attribute_report / "report.html")
    section = page.find("section", id="attributes")[0]
    names = {text.text for text in section.find("bdi")}
    assert {name for name in marts.HOSTILE_NAMES if len(name) <= 60} <= names
    assert max(len(name) for name in names) == 60
    assert len(section.find("h3")) == 12
    assert "2 more are in the table" in section.words
    assert [script.attributes for script in page.find("script")][1:] == [{}, {}]
    assert (hostile_attribute_report / "report.html").stat().st_size < SIZE_LIMIT


def test_movement_is_told(plain_page: Any) -> None:
    words = plain_page.find("dl", class_="headline")[0].words
    assert "Since 10 November 2011 11 customers moved to another segment, 9 came and 0 left." in words
    assert "4 of them moved with the model" in words


def test_what_to_do_first_is_where_most_revenue_stays_away(plain_page: Any) -> None:
    words = plain_page.find("dl", class_="headline")[0].words.translate(dict.fromkeys((0x2068, 0x2069)))
    assert "The one thing to do firstSegment 3 (60 customers): Do: Segment 3 Why them first" in words
    assert "Segment 1 and Segment 2: 50.0% of the customers hold" in words


def test_a_first_build_says_so(draw_report: Callable[..., Path], read_page: Callable[[Path], Any]) -> None:
    page = read_page(
        draw_report(
            n_customers=3, n_segments=3, countries=("France",), failed_method="ward", features=("monetary",)
        )
        / "report.html"
    )
    assert "This is the first build" in page.find("dl", class_="headline")[0].words
    # A single country and a failed method are no reason to stop.
    assert "1 country with revenue of" in page.find("section", id="revenue")[0].words
    warning = page.find("p", class_="warning")[0].words
    assert warning == "Ward failed and is left out: did <b>not</b> converge"
    assert "the model has a single feature" in page.find("section", id="map")[0].words


def test_customer_records_without_dates_countries_and_methods(
    draw_report: Callable[..., Path], read_page: Callable[[Path], Any]
) -> None:
    folder = draw_report(
        has_invoices=False,
        has_methods=False,
        n_segments=2,
        features=("recency_days", "frequency", "monetary", "income"),
    )
    page = read_page(folder / "report.html")
    assert "the var cluster_methods is empty" in page.find("section", id="methods")[0].words
    assert "Countries and products are not known" in page.find("section", id="revenue")[0].words
    assert "There is no ledger of lines" in page.find("section", id="quality")[0].words
    assert "the published tables do not hold every feature" in page.find("section", id="map")[0].words
    assert len(page.find("article", class_="card")) == 2
    assert not (folder / "figures" / "customer_map.svg").exists()


def test_no_customers(draw_report: Callable[..., Path], read_page: Callable[[Path], Any]) -> None:
    page = read_page(draw_report(n_customers=0) / "report.html")
    assert "There is no customer who keeps anything" in page.find("dl", class_="headline")[0].words
    assert page.find("article", class_="card") == []


def test_every_chart_is_saved_for_slides(plain_report: Path, plain_page: Any) -> None:
    figures = plain_report / "figures"
    names = {path.stem for path in figures.glob("*.svg")}
    assert names == {path.stem for path in figures.glob("*.png")}
    shown = """
        segment_sizes profile_heatmap snake_plot boxes_3_monetary customer_map rfm_map elbow silhouette_by_k
        silhouette_plot stability method_placements dendrogram country_pareto product_mix rfm_grid_customers
        ledger_lines ledger_value
    """
    assert names >= set(shown.split())
    assert names == payload(plain_page)["charts"].keys() | {"ledger_lines", "ledger_value"}
    for path in figures.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG"), path
    for path in figures.glob("*.svg"):
        # It would count on from what the process drew before.
        assert ' id="' not in path.read_text(encoding="utf-8"), path


def test_a_name_with_signs_that_no_picture_can_hold_is_drawn_without_them(
    draw_report: Callable[..., Path],
) -> None:
    folder = draw_report(
        n_customers=9, n_segments=3, segment_names=("bell\a", "non\uffffcharacter", "\x1b[31m")
    )
    picture = ElementTree.parse(folder / "figures" / "segment_sizes.svg")
    words = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"bell", "noncharacter", "[31m"} <= words


def test_every_chart_has_its_place_and_says_what_it_shows(plain_page: Any) -> None:
    charts = payload(plain_page)["charts"]
    places = plain_page.find("div", class_="vega")
    assert {f"chart-{name}" for name in charts} == {place.attributes["id"] for place in places}
    for place in places:
        chart = charts[place.attributes["id"].removeprefix("chart-")]
        assert place.attributes["role"] == "img"
        assert place.attributes["aria-label"] == chart["description"]


def test_equal_marts_give_equal_bytes_in_another_process(
    plain_report: Path, tmp_path: Path, repo_root: Path
) -> None:
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "report",
            "--database",
            plain_report / "segments.duckdb",
            "--folder",
            tmp_path,
        ],
        env=os.environ | {"PYTHONPATH": str(repo_root / "python"), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert (
        finished.stdout
        == f"The report is {tmp_path / 'report.html'}, its figures are in {tmp_path / 'figures'}.\n"
    )
    drawn = [path for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert len(drawn) > 20
    for path in drawn:
        assert path.read_bytes() == (plain_report / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_missing_database_is_one_sentence(tmp_path: Path, repo_root: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "report", "--database", tmp_path / "none.duckdb"],
        env=os.environ | {"PYTHONPATH": str(repo_root / "python")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 2
    assert finished.stdout.startswith("There is no published database at ")
    assert finished.stderr == ""


def test_hostile_names_stay_text_and_stay_whole(
    hostile_report: Path, marts: ModuleType, read_page: Callable[[Path], Any]
) -> None:
    page = read_page(hostile_report / "report.html")
    cards = page.find("article", class_="card")
    assert [card.find("h3")[0].text for card in cards[: len(marts.HOSTILE_NAMES)]] == list(
        marts.HOSTILE_NAMES
    )
    revenue = page.find("section", id="revenue")[0]
    named = [name.text for name in revenue.find("bdi", class_="name")]
    for name in marts.HOSTILE_NAMES:
        assert named.count(name) >= 2, name[:40]  # as a country and as a product
    # Nothing but the page's own elements: the data, and two scripts that the security policy allows by hash.
    assert [script.attributes for script in page.find("script")] == [
        {"type": "application/json", "id": "report-data"}, {}, {},
    ]  # fmt: skip
    assert page.find("img") == []
    shown = {row[0] for row in payload(page)["customers"]}
    assert marts.SCRIPT in shown


def test_the_page_stays_small(hostile_report: Path, draw_report: Callable[..., Path]) -> None:
    assert (hostile_report / "report.html").stat().st_size < SIZE_LIMIT
    # Names that would fill it several times over are cut.
    names = [f"{number} " + "\N{SNOWMAN}" * 200_000 for number in range(15)]
    folder = draw_report(
        segment_names=names, countries=names, products=names, n_customers=20, has_methods=False
    )
    assert (folder / "report.html").stat().st_size < SIZE_LIMIT


def test_nothing_outside_the_file_is_named(plain_report: Path) -> None:
    html = (plain_report / "report.html").read_text(encoding="utf-8")
    without_scripts = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", without_scripts)


def test_what_the_build_left_out_is_not_on_the_page(
    marts: ModuleType, parse_page: Callable[[Path], Any], repo_root: Path, tmp_path: Path
) -> None:
    marts.make_marts(tmp_path / "segments.duckdb", repo_root, marts.Shop(has_earlier_build=True))
    with duckdb.connect(str(tmp_path / "segments.duckdb")) as connection:
        for table in (
            "clustering_comparison",
            "customer_clusters",
            "country_segments",
            "product_segments",
            "customer_attributes",
            "segment_attribute_profiles",
            "segment_history",
            "segment_migration",
        ):
            connection.execute(f"drop table {table}")
    render(tmp_path / "segments.duckdb", tmp_path)
    page = parse_page(tmp_path / "report.html")
    sections = {section.attributes["id"] for section in page.find("section") if "id" in section.attributes}
    assert {"segments", "map", "k", "quality"} <= sections
    assert not {"methods", "revenue", "attributes"} & sections
    linked = {link.attributes["href"] for link in page.find("nav")[0].find("a")}
    assert linked == {f"#{name}" for name in sections if f"#{name}" in linked}
    assert "#methods" not in linked and "#revenue" not in linked
