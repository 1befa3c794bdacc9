"""Which column of a file is which of ours.

Headers are compared after trimming and case folding, without spaces, underscores and punctuation, with the
headers of Online Retail I and II and our own names. A mapping var (`invoice_columns`) goes first: one of our
names, or a known header that stands for it, to the header in the file, or to null where the file has no such
column. A needed column without a header, or with two, is an error.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoice_reader.problems import InputProblem


class ColumnProblem(InputProblem):
    """A file whose headers do not give every needed column."""


# A number or date where a header should be. The message about it must not quote the line.
DATA_LIKE = re.compile(r"[-+]?\d[\d.,/:\- ]*")


@dataclass(frozen=True)
class InputKind:
    """What one kind of input must hold.

    variable: the var that names the input. mapping_variable: the var that maps its columns.
    headers: known headers of each of our columns. optional: columns that may be mapped to null.
    keeps_others: whether further columns are read too, or ignored.
    """

    variable: str
    mapping_variable: str | None
    headers: Mapping[str, tuple[str, ...]]
    optional: frozenset[str]
    keeps_others: bool


INVOICES = InputKind(
    variable="invoices",
    mapping_variable="invoice_columns",
    headers={
        "invoice_number": ("InvoiceNo", "Invoice"),
        "stock_code": ("StockCode",),
        "description": ("Description",),
        "quantity": ("Quantity",),
        "invoiced_at": ("InvoiceDate",),
        "unit_price": ("UnitPrice", "Price"),
        "customer_id": ("CustomerID", "Customer ID"),
        "country": ("Country",),
    },
    optional=frozenset({"description", "country"}),
    keeps_others=False,
)
CUSTOMER_RECORDS = InputKind(
    variable="customer_records",
    mapping_variable="customer_records_columns",
    headers={
        "customer_id": ("CustomerID", "id"),
        "recency_days": ("recency",),
        "frequency": (),
        "monetary": ("monetary_value", "total_spend", "amount"),
    },
    optional=frozenset(),
    keeps_others=True,
)
CUSTOMER_ATTRIBUTES = InputKind(
    variable="customer_attributes",
    mapping_variable=None,
    headers={"customer_id": ("CustomerID", "id")},
    optional=frozenset(),
    keeps_others=True,
)


@dataclass(frozen=True)
class ColumnMatch:
    """Positions (from 0) in the header: of our columns (None: mapped to null), of the others by header."""

    positions: dict[str, int | None]
    others: dict[str, int]


def simplified(header: str) -> str:
    """The header as it is compared: case folded, letters and digits only."""
    return "".join(character for character in header.casefold() if character.isalnum())


def known_names(kind: InputKind) -> dict[str, str]:
    """Simplified known header -> our column, our own names included."""
    return {simplified(name): column for column, names in kind.headers.items() for name in (column, *names)}


def check_mapping(kind: InputKind, mapping: Mapping[str, str | None]) -> dict[str, str | None]:
    """The mapping var by our own column names; raises InputProblem where it names something else."""
    known = known_names(kind)
    by_column: dict[str, str | None] = {}
    for name, header in mapping.items():
        column = known.get(simplified(name))
        if column is None:
            close = difflib.get_close_matches(name, kind.headers, n=1)
            hint = f" (did you mean {close[0]}?)" if close else ""
            raise InputProblem(
                f"`{kind.mapping_variable}` maps {shown(name)}{hint}, which is no column of ours: "
                f"use {', '.join(kind.headers)}."
            )
        if column in by_column:
            raise InputProblem(f"`{kind.mapping_variable}` maps {column} twice: keep one of the two.")
        if header is None and column not in kind.optional:
            allowed = " and ".join(sorted(kind.optional)) or "none"
            raise InputProblem(
                f"`{kind.mapping_variable}` maps {column} to null, "
                f"which is allowed for {allowed}: name its header."
            )
        by_column[column] = header
    return by_column


def match_columns(
    headers: Sequence[str], kind: InputKind, mapping: Mapping[str, str | None], where: str
) -> ColumnMatch:
    """Find each of our columns in the headers of one file.

    mapping: as `check_mapping` returns it. where: the file, and sheet, for the messages.
    Raises ColumnProblem where a needed column is missing, ambiguous or taken twice.
    """
    known = known_names(kind)
    mapped = {column: named_position(headers, column, name, kind, where) for column, name in mapping.items()}
    taken = {position for position in mapped.values() if position is not None}
    positions: dict[str, int | None] = {}
    for column in kind.headers:
        if column in mapped:
            positions[column] = mapped[column]
            continue
        candidates = [
            position
            for position, header in enumerate(headers)
            if known.get(simplified(header)) == column and position not in taken
        ]
        if not candidates:
            raise ColumnProblem(missing_column(headers, column, kind, where))
        if len(candidates) > 1:
            names = " and ".join(shown(headers[position]) for position in candidates)
            raise ColumnProblem(
                f"{where}: the headers {names} could both be {column}; "
                f"{mapping_advice(kind, column, 'the right one')}."
            )
        positions[column] = candidates[0]
    used = [position for position in positions.values() if position is not None]
    for position in used:
        if used.count(position) > 1:
            columns = " and ".join(column for column, other in positions.items() if other == position)
            raise ColumnProblem(
                f"{where}: `{kind.mapping_variable}` gives the one header {shown(headers[position])} "
                f"to {columns}: give each its own."
            )
    others: dict[str, int] = {}
    for position, header in enumerate(headers):
        if position in used or not header.strip():
            continue
        if kind.keeps_others and header.casefold() in map(str.casefold, others):
            raise ColumnProblem(f"{where}: the header {shown(header)} appears twice: rename one.")
        others[header] = position
    return ColumnMatch(positions=positions, others=others)


def different_columns(first_matching: str, problem: ColumnProblem) -> ColumnProblem:
    """The problem of a file among others; first_matching: the first of them that has every needed column."""
    return ColumnProblem(f"The files have different columns: {first_matching} can be read, but not {problem}")


def named_position(
    headers: Sequence[str], column: str, name: str | None, kind: InputKind, where: str
) -> int | None:
    """Position of the header that the mapping var names: equal text first, else the same simplified."""
    if name is None:
        return None
    equal = [position for position, header in enumerate(headers) if header.strip() == name.strip()]
    found = equal or [
        position for position, header in enumerate(headers) if simplified(header) == simplified(name) != ""
    ]
    if not found:
        raise ColumnProblem(
            f"{where}: `{kind.mapping_variable}` says that {column} is under the header {shown(name)}, "
            f"but the headers are {listed(headers)}{close_header(headers, (name,))}: "
            "correct the var or the file."
        )
    if len(found) > 1:
        raise ColumnProblem(
            f"{where}: the header {shown(name)} for {column} appears {len(found)} times: rename one."
        )
    return found[0]


def missing_column(headers: Sequence[str], column: str, kind: InputKind, where: str) -> str:
    """The sentence for a needed column that no header stands for."""
    if any(DATA_LIKE.fullmatch(header.strip()) for header in headers):
        return (
            f"{where}: the first line looks like a record, not like headers ({len(headers)} columns, numbers "
            "among them): expected a header line; add one."
        )
    accepted = " or ".join(dict.fromkeys((*kind.headers[column], column)))
    close = close_header(headers, (column, *kind.headers[column]))
    advice = mapping_advice(kind, column, "the header that holds it")
    if column in kind.optional:
        advice += " (or null where there is none)"
    return (
        f"{where}: no column for {column} (expected the header {accepted}); "
        f"the headers are {listed(headers)}{close}; {advice}."
    )


def mapping_advice(kind: InputKind, column: str, target: str) -> str:
    """What to do about a column that was not found by its header."""
    if kind.mapping_variable is None:
        return f"rename {target} to {column}"
    return f"name {target} with `{kind.mapping_variable}: {{{column}: …}}`"


def close_header(headers: Sequence[str], names: Sequence[str]) -> str:
    """A hint at the header that looks most like one of the names, or nothing."""
    by_simplified = {simplified(header): header for header in headers}
    for name in names:
        close = difflib.get_close_matches(simplified(name), by_simplified, n=1)
        if close:
            return f" ({shown(by_simplified[close[0]])} comes close)"
    return ""


def listed(headers: Sequence[str]) -> str:
    """The headers for a message, at most 20 of them."""
    more = f" and {len(headers) - 20} more" if len(headers) > 20 else ""
    return ", ".join(shown(header) for header in headers[:20]) + more


def shown(name: str) -> str:
    """A name in a message: on one line, at most 40 characters, in quotes."""
    one_line = " ".join(name.split())
    line = "".join(character if character.isprintable() else "?" for character in one_line)
    return f'"{line[:39]}…"' if len(line) > 40 else f'"{line}"'
