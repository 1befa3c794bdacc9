"""The models that pair returns with sales, against a stack of lines that knows neither SQL nor positions.

int_return_events and int_returns_paired run as dbt compiles them, int_return_pairs by the function it calls,
in a DuckDB in memory, on lines made up here.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from dbt_runs import clean_environment, run_dbt
from python_models import pair_events

MODELS = ("int_return_events", "int_returns_paired")
FIRST_DAY = datetime(2011, 1, 4, tzinfo=UTC)
LINES_SCHEMA = pa.schema(
    [
        ("source_line", pa.int64()),
        ("customer_id", pa.string()),
        ("stock_code", pa.string()),
        ("line_type", pa.string()),
        ("invoiced_at", pa.timestamp("us")),
        ("invoice_number", pa.string()),
        ("unit_price", pa.decimal128(18, 4)),
        ("signed_quantity", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Line:
    """A sale or a return; prices in currency units with four decimals, quantity above 0 for both."""

    source_line: int
    customer_id: str
    product_code: str
    is_return: bool
    invoiced_at: datetime
    invoice: int
    unit_price: Decimal
    quantity: int

    @property
    def what_counts(self) -> tuple[str, str, datetime, int, Decimal, int]:
        """Everything but the line number, which must not matter."""
        return (
            self.customer_id,
            self.product_code,
            self.invoiced_at,
            self.invoice,
            self.unit_price,
            self.quantity,
        )

    @property
    def amount(self) -> Decimal:
        """Quantity times price, to the penny."""
        return (self.quantity * self.unit_price).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Piece:
    """What a return takes of a sale, or, without a sale, what it has left; amounts at both prices."""

    returned: Line
    sold: Line | None
    quantity: int
    at_return_price: Decimal
    at_sale_price: Decimal | None


@pytest.fixture(scope="module")
def compiled_models(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The SQL of the two models by name, compiled for a database in memory."""
    folder = tmp_path_factory.mktemp("pairing")
    environment = clean_environment(
        SEGMENTATION_DATABASE=":memory:",
        DBT_TARGET_PATH=str(folder / "target"),
        DBT_LOG_PATH=str(folder / "logs"),
    )
    finished = run_dbt(["compile", "--quiet", "--select", *MODELS], repo_root, environment)
    assert finished.exit_code == 0, finished.output
    compiled = (
        folder / "target" / "compiled" / "customer_segmentation" / "models" / "intermediate" / "returns"
    )
    return {name: (compiled / f"{name}.sql").read_text(encoding="utf-8") for name in MODELS}


def paired_by_models(lines: list[Line], compiled_models: dict[str, str]) -> list[Piece]:
    """The rows of int_returns_paired for these lines."""
    classified = pa.table(
        [
            [line.source_line for line in lines],
            [line.customer_id for line in lines],
            [line.product_code for line in lines],
            ["return" if line.is_return else "sale" for line in lines],
            [line.invoiced_at for line in lines],
            [f"C{line.invoice}" if line.is_return else str(line.invoice) for line in lines],
            [line.unit_price for line in lines],
            [-line.quantity if line.is_return else line.quantity for line in lines],
        ],
        schema=LINES_SCHEMA,
    )
    with duckdb.connect() as connection:
        connection.execute("create schema main_staging")
        connection.execute("create schema main_intermediate")
        connection.register("lines", classified)
        connection.execute(
            """
            create table main_intermediate.int_duplicate_lines as
            select null::varchar as source_file, null::bigint as source_line, 2::bigint as copy_number
            where false;
            create table main_staging.base_invoice_lines as
            select
                *,
                'a.csv' as source_file,
                null::varchar as description,
                null::varchar as country,
                null::varchar as own_rejection_reason
            from lines
            """
        )
        events, paired = (
            f"create table main_intermediate.{name} as {compiled_models[name]}" for name in MODELS
        )
        connection.execute(events)
        connection.register("pairs", pair_events(connection.table("main_intermediate.int_return_events")))
        connection.execute("create table main_intermediate.int_return_pairs as from pairs")
        connection.execute(paired)
        rows = connection.execute(
            """
            select
                return_source_line,
                sale_source_line,
                quantity,
                amount_at_return_price,
                amount_at_sale_price
            from main_intermediate.int_returns_paired
            """
        ).fetchall()
    by_number = {line.source_line: line for line in lines}
    return [Piece(by_number[row[0]], by_number.get(row[1]), *row[2:]) for row in rows]


def paired_by_stack(lines: Iterable[Line]) -> Counter[tuple[object, ...]]:
    """Units by (return, sale or None): the sale to be taken first lies on top."""
    by_product: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        by_product[line.customer_id, line.product_code].append(line)
    units: Counter[tuple[object, ...]] = Counter()
    for product_lines in by_product.values():
        sales = sorted(
            (line for line in product_lines if not line.is_return),
            key=lambda sale: (sale.invoiced_at, -sale.invoice, sale.unit_price, -sale.quantity),
            reverse=True,
        )
        returns = sorted(
            (line for line in product_lines if line.is_return),
            key=lambda returned: (
                returned.invoiced_at,
                returned.invoice,
                -returned.unit_price,
                returned.quantity,
            ),
        )
        stack: list[tuple[Line, int]] = []
        for returned in returns:
            while sales and sales[-1].invoiced_at <= returned.invoiced_at:
                sale = sales.pop()
                stack.append((sale, sale.quantity))
            left = returned.quantity
            while left and stack:
                sale, kept = stack.pop()
                taken = min(left, kept)
                units[returned.what_counts, sale.what_counts] += taken
                left -= taken
                if kept > taken:
                    stack.append((sale, kept - taken))
            if left:
                units[returned.what_counts, None] += left
    return units


def units_of(pieces: Iterable[Piece]) -> Counter[tuple[object, ...]]:
    """Units by (return, sale or None), as the stack counts them."""
    units: Counter[tuple[object, ...]] = Counter()
    for piece in pieces:
        units[piece.returned.what_counts, piece.sold.what_counts if piece.sold else None] += piece.quantity
    return units


def short_histories() -> list[Line]:
    """Lines of 600 customers and two products; few days, invoices and prices, so that many tie."""
    source = random.Random(20111209)
    lines: list[Line] = []
    for customer in range(600):
        share_of_returns = source.choice([0.2, 0.5, 0.8])
        n_days = source.choice([1, 3, 20])
        largest_quantity = source.choice([1, 3, 50])
        for _ in range(source.randint(1, 30)):
            lines.append(
                Line(
                    source_line=len(lines) + 1,
                    customer_id=f"customer {customer}",
                    product_code=source.choice("PPPQ"),
                    is_return=source.random() < share_of_returns,
                    invoiced_at=FIRST_DAY + timedelta(days=source.randrange(n_days)),
                    invoice=source.randint(536365, 536369),
                    unit_price=Decimal(source.choice(["0.3350", "1.2345", "2.5500"])),
                    quantity=source.randint(1, largest_quantity),
                )
            )
    source.shuffle(lines)
    return lines


def long_history(shape: str) -> list[Line]:
    """240,000 lines of one customer and product, a minute apart, with quantities from 1 to 1,000,000."""
    source = random.Random(17850)
    n_lines = 240_000
    shapes: dict[str, Callable[[int], bool]] = {
        "at random": lambda number: source.random() < 0.5,
        "all sales first": lambda number: number >= n_lines // 2,
        "in waves": lambda number: number // 500 % 2 == 1,
    }
    return [
        Line(
            source_line=number + 1,
            customer_id="17850",
            product_code="P",
            is_return=shapes[shape](number),
            invoiced_at=FIRST_DAY + timedelta(minutes=number),
            invoice=600_000 + number,
            unit_price=Decimal("0.3350"),
            quantity=int(10 ** source.uniform(0, 6)),
        )
        for number in range(n_lines)
    ]


@pytest.fixture(scope="module")
def short_lines() -> list[Line]:
    return short_histories()


@pytest.fixture(scope="module")
def short_pieces(short_lines: list[Line], compiled_models: dict[str, str]) -> list[Piece]:
    return paired_by_models(short_lines, compiled_models)


def test_short_histories_pair_as_a_stack_does(short_lines: list[Line], short_pieces: list[Piece]) -> None:
    expected = paired_by_stack(short_lines)
    found = units_of(short_pieces)
    assert sum(1 for _, sold in expected if sold) > 1_000
    assert sum(1 for _, sold in expected if not sold) > 1_000
    assert sorted((expected - found).items(), key=str) == []
    assert sorted((found - expected).items(), key=str) == []


def test_amounts_of_the_pieces_add_up(short_lines: list[Line], short_pieces: list[Piece]) -> None:
    returned: defaultdict[Line, list[Piece]] = defaultdict(list)
    sold: defaultdict[Line, list[Piece]] = defaultdict(list)
    for piece in short_pieces:
        returned[piece.returned].append(piece)
        if piece.sold:
            sold[piece.sold].append(piece)

    assert returned.keys() == {line for line in short_lines if line.is_return}
    for line, pieces in returned.items():
        assert sum(piece.quantity for piece in pieces) == line.quantity
        assert sum(piece.at_return_price for piece in pieces) == line.amount
        # A pair stands once, and so does a rest.
        assert len({piece.sold for piece in pieces}) == len(pieces)

    n_whole = 0
    for line, pieces in sold.items():
        quantity = sum(piece.quantity for piece in pieces)
        amount = sum(piece.at_sale_price or 0 for piece in pieces)
        assert quantity <= line.quantity and amount <= line.amount
        if quantity == line.quantity:
            assert amount == line.amount
            n_whole += 1
    assert n_whole > 1_000


@pytest.mark.parametrize("shape", ["at random", "all sales first", "in waves"])
def test_a_long_history_gives_as_many_pieces_as_a_stack(shape: str, compiled_models: dict[str, str]) -> None:
    lines = long_history(shape)
    pieces = paired_by_models(lines, compiled_models)
    # Each piece uses up a sale or a return, so there cannot be more of them than lines.
    assert len(lines) // 4 < len(pieces) <= len(lines)
    assert units_of(pieces) == paired_by_stack(lines)
