"""Parts of the report on their own: texts, colours, mixes, embedding, axes."""

import json
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pytest

from report.charts import draw_charts
from report.charts.theme import GRID, GROUND, INK, MUTED
from report.customers import make_customers, read_quantiles, read_sample
from report.data import read_report_data
from report.embedding import json_for_script, script_text
from report.palette import COLOURS, segment_colours
from report.revenue import mix_shares
from report.scales import round_values
from report.space import principal_components
from report.text import (
    Currency,
    clipped,
    compact,
    count,
    day,
    feature_value,
    measured,
    number,
    percent,
    plural,
)

# Linear RGB as seen without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1).
SEEN = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, seen: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    """CIELAB coordinates of the colour."""
    parts = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    x, y, z = TO_XYZ @ np.clip(seen @ linear, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("kind", SEEN)
def test_colours_are_told_apart_by_everyone(kind: str) -> None:
    places = [lab(colour, SEEN[kind]) for colour in COLOURS]
    # 2.3 is just noticeable.
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(places, 2)) > 14


def test_a_segment_keeps_its_colour_when_others_come_and_go() -> None:
    assert segment_colours([1, 2, 3])[3] == segment_colours([3, 7])[3]
    # Two ids that want the same colour, and more ids than there are.
    assert len(set(segment_colours([1, 11, 12, 3]).values())) == 4
    assert len(segment_colours(range(1, 13))) == 12


def test_amounts_are_written_from_decimals() -> None:
    pounds = Currency("GBP")
    assert pounds.exact(Decimal("90071992547409931.25")) == "£90,071,992,547,409,931.25"
    assert pounds.exact(Decimal("-1234.5")) == "\N{MINUS SIGN}£1,234.50"
    assert pounds.rounded(Decimal("0.5")) == "£1"
    assert pounds.rounded(Decimal("-0.4")) == "£0"
    assert Currency("CHF").exact(Decimal(1)) == "CHF 1.00"
    assert Currency("kr").exact(Decimal(1)) == "kr 1.00"
    assert pounds.exact(None) == "\N{EN DASH}"


def test_numbers_are_written_for_readers() -> None:
    assert count(-1234567) == "\N{MINUS SIGN}1,234,567"
    assert number(-0.0001) == "0.00"
    assert number(1234.567, 1) == "1,234.6"
    assert [measured(value) for value in (11.0, 11.5, 10.96, 1200, -0.04, None)] == [
        "11",
        "11.5",
        "11",
        "1,200",
        "0",
        "\N{EN DASH}",
    ]
    assert [feature_value("age", value, Currency("GBP")) for value in (30.0, 41.256)] == ["30", "41.26"]
    assert percent(0.12345) == "12.3%"
    assert plural(1, "country", "countries") == "1 country"
    assert plural(2, "country", "countries") == "2 countries"
    assert day(date(2011, 12, 9)) == "9 December 2011"
    assert [compact(value) for value in (0, 0.5, 12.7, 1500, 2_000_000, 3.4e9)] == [
        "0",
        "0.5",
        "13",
        "1.5k",
        "2m",
        "3.4bn",
    ]
    assert clipped("abcdef", 4) == "abc…"


def test_a_mix_is_read_along_the_names() -> None:
    ids = {"A": 1, "A 10.0 %, B": 2, "[x](y)": 3}
    assert mix_shares("A 10.0 %, B 60.5 %, A 30.0 %, [x](y) 9.5 %", ids) == {2: 0.605, 1: 0.3, 3: 0.095}
    assert mix_shares("", ids) == {}
    with pytest.raises(ValueError, match="no segment_mix"):
        mix_shares("C 100.0 %", ids)


def test_json_cannot_leave_its_script_element() -> None:
    value = ["</script><!--", "a & b", "\u2028\u2029", '"quotes"']
    text = json_for_script(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)
    with pytest.raises(ValueError, match="JSON"):
        json_for_script(float("nan"))
    assert script_text('x = "</script>"') == 'x = "<\\/script>"'


def test_ticks_of_an_axis_over_magnitudes() -> None:
    assert round_values(1, 2000) == [1, 10, 100, 1000]
    assert round_values(-5, 120) == [-1, 0, 1, 10, 100]
    assert round_values(18, 70) == [20, 50]


def test_attributes_are_features_by_number_and_by_level() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table customer_rfm as
            select
                id as customer_id, 1 as recency_days, 2 as frequency, 3.50 as monetary,
                5 as r_score, 5 as f_score, 'Champion' as rfm_segment
            from (values ('a'), ('b'), ('c')) as ids (id);
            create table customer_segments as select customer_id, 1 as segment_id from customer_rfm;
            create table customer_attributes as
            select * from (values
                ('a', 'age', null, 30.0), ('b', 'age', null, 41.5), ('c', 'age', null, 7.0),
                ('a', 'it''s "city"', 'A=B', null), ('b', 'it''s "city"', 'C', null)
            ) as attributes (customer_id, attribute, value_text, value_number)
            """
        )
        features = make_customers(connection, ["age", 'it\'s "city"=A=B', "monetary"])
        assert features == ["recency_days", "frequency", "monetary", "age", 'it\'s "city"=A=B']
        sample = read_sample(connection, features)
        values = dict(zip(sample.ids, sample.values[:, 3:].tolist(), strict=True))
        assert values == {"a": [30.0, 1.0], "b": [41.5, 0.0], "c": [7.0, 0.0]}
        assert read_quantiles(connection, ["age"])["age"][0]["quantiles"] == [7.0, 7.0, 30.0, 41.5, 41.5]


def test_principal_components_of_a_line() -> None:
    steps = np.linspace(-1, 1, 50)
    components = principal_components(np.column_stack([steps, -2 * steps, 0 * steps]))
    assert components.explained.tolist() == [1.0, 0.0, 0.0]
    # The largest loading is positive.
    assert components.loadings[:, 0].tolist() == [-0.447214, 0.894427, 0.0]
    assert components.scores[:, 0] == pytest.approx(-np.sqrt(5) * steps, abs=1e-6)


def test_words_keep_clear_of_the_tree(plain_report: Path) -> None:
    with duckdb.connect(str(plain_report / "segments.duckdb"), read_only=True) as connection:
        data = read_report_data(connection, 100, lambda name: None)
    rows = [row for rows in draw_charts(data)["dendrogram"]["datasets"].values() for row in rows]
    (cut,) = [row for row in rows if row.get("text") == ["cut", "into 4"]]
    assert max(row["x"] for row in rows if "corner" in row) < cut["end"]


def test_the_charts_own_colours_follow_the_page(repo_root: Path) -> None:
    style = (repo_root / "python" / "report" / "templates" / "report.css").read_text(encoding="utf-8")
    for colour, name in ((INK, "ink"), (MUTED, "muted"), (GRID, "line"), (GROUND, "ground")):
        for part in ("fill", "stroke"):
            assert f'.vega svg [{part}="{colour}"] {{ {part}: var(--{name}); }}' in style
