"""Which column of a file is which of ours.

Headers are compared after trimming and case folding, without spaces, underscores and punctuation, with the
headers of Online Retail I and II and our own names. A mapping var (`invoice_columns`) goes first: one of our
names, or a known header that stands for it, to the header in the file, or to null where the file has no such
column. Needed columns without a header, or with two, are an error: one sentence on all of them, with the
mapping that may be meant (`column_guesses`).
"""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from invoice_reader.column_guesses import (
    AMOUNT_WORDS,
    HEADER_WORDS,
    FirstRecords,
    guess_columns,
    same_name,
    simplified,
)
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
    headers: Sequence[str],
    kind: InputKind,
    mapping: Mapping[str, str | None],
    where: str,
    first_records: FirstRecords,
) -> ColumnMatch:
    """Find each of our columns in the headers of one file.

    mapping: as `check_mapping` returns it. where: the file, and sheet, for the messages. first_records: reads
    records to guess from where the headers do not say it all.
    Raises ColumnProblem where needed columns are missing, ambiguous or taken twice.
    """
    known = known_names(kind)
    found = {
        column: positions_of(headers, name)
        for column in kind.headers
        if (name := mapping.get(column)) is not None
    }
    taken = {positions[0] for positions in found.values() if positions}
    for column in kind.headers:
        if column not in mapping:
            found[column] = [
                position
                for position, header in enumerate(headers)
                if known.get(simplified(header)) == column and position not in taken
            ]
    matching = Matching(
        headers, kind, mapping, {column: found[column] for column in kind.headers if column in found}
    )
    if matching.unclear():
        raise ColumnProblem(f"{where}: {matching.problem(first_records)}.")
    positions = {column: found[column][0] if column in found else None for column in kind.headers}
    others: dict[str, int] = {}
    for position, header in enumerate(headers):
        if position in positions.values() or not header.strip():
            continue
        if kind.keeps_others and header.casefold() in map(str.casefold, others):
            raise ColumnProblem(f"{where}: the header {shown(header)} appears twice: rename one.")
        others[header] = position
    return ColumnMatch(positions=positions, others=others)


def different_columns(first_matching: str, problem: ColumnProblem) -> ColumnProblem:
    """The problem of a file among others; first_matching: the first of them that has every needed column."""
    return ColumnProblem(f"The files have different columns: {first_matching} can be read, but not {problem}")


def positions_of(headers: Sequence[str], name: str) -> list[int]:
    """Positions of the header that the mapping var names: equal text first, else the same simplified."""
    equal = [position for position, header in enumerate(headers) if header.strip() == name.strip()]
    return equal or [
        position for position, header in enumerate(headers) if simplified(header) == simplified(name) != ""
    ]


@dataclass(frozen=True)
class Matching:
    """What was found in a header, to say all that is wrong with it.

    found: positions of each column that is not mapped to null, in the order of our columns.
    """

    headers: Sequence[str]
    kind: InputKind
    mapping: Mapping[str, str | None]
    found: Mapping[str, list[int]]

    def missing(self) -> list[str]:
        """Columns for which there is no header."""
        return [column for column, positions in self.found.items() if not positions]

    def repeated(self) -> list[str]:
        """Columns for which there are several headers of the same text."""
        return [column for column, names in self.several().items() if len(names) == 1]

    def ambiguous(self) -> list[str]:
        """Columns for which there are several headers that differ."""
        return [column for column, names in self.several().items() if len(names) > 1]

    def several(self) -> dict[str, list[str]]:
        """The different headers of each column that has several."""
        return {
            column: list(dict.fromkeys(self.headers[position].strip() for position in positions))
            for column, positions in self.found.items()
            if len(positions) > 1
        }

    def shared(self) -> dict[int, list[str]]:
        """The headers that the mapping var gives to several columns."""
        columns_of: dict[int, list[str]] = {}
        for column, positions in self.found.items():
            if column in self.mapping and positions:
                columns_of.setdefault(positions[0], []).append(column)
        return {position: columns for position, columns in columns_of.items() if len(columns) > 1}

    def unclear(self) -> set[str]:
        """The columns that are missing, ambiguous, repeated or share their header."""
        sharing = {column for columns in self.shared().values() for column in columns}
        return {column for column, positions in self.found.items() if len(positions) != 1} | sharing

    def problem(self, first_records: FirstRecords) -> str:
        """All that is wrong, the headers, and what to do; without the full stop."""
        unmapped = [column for column in self.missing() if column not in self.mapping]
        if unmapped and any(DATA_LIKE.fullmatch(header.strip()) for header in self.headers):
            return (
                f"the first line looks like a record, not like headers ({len(self.headers)} columns, numbers "
                "among them): expected a header line; add one"
            )
        variable = f"`{self.kind.mapping_variable}`"
        parts = [f"no column for {enumerated(unmapped)}"] if unmapped else []
        wrong = [column for column in self.missing() if column in self.mapping]
        if wrong:
            names = enumerated([f"{shown(str(self.mapping[column]))} for {column}" for column in wrong])
            what = "is no header" if len(wrong) == 1 else "are no headers"
            parts.append(f"{variable} names {names}, which {what}")
        several = self.several()
        parts += [
            f"the headers {enumerated(list(map(shown, several[column])))} could "
            f"{'both' if len(several[column]) == 2 else 'all'} be {column}"
            for column in self.ambiguous()
        ]
        parts += [
            f"the header {shown(several[column][0])} for {column} appears {len(self.found[column])} times, "
            "so rename all but one"
            for column in self.repeated()
        ]
        parts += [
            f"{variable} gives the one header {shown(self.headers[position])} to {enumerated(columns)}"
            for position, columns in self.shared().items()
        ]
        parts.append(
            f"the {'headers are' if len(self.headers) > 1 else 'only header is'} {listed(self.headers)}"
        )
        if self.unclear() - set(self.repeated()):
            parts.append(self.advice(first_records))
        return "; ".join(parts)

    def advice(self, first_records: FirstRecords) -> str:
        """How to name the columns, with guesses."""
        if self.looks_like_customer_records():
            return (
                "they look like customer records, one row per customer: name such a file with "
                "`customer_records` instead of `invoices`"
            )
        known = {
            column: positions[0] for column, positions in self.found.items() if column not in self.unclear()
        }
        taken = {position for positions in self.found.values() for position in positions}
        # Of headers with the same text the mapping var can name none.
        texts = [header.strip() for header in self.headers]
        free = {position for position, text in enumerate(texts) if texts.count(text) == 1} - taken
        guesses = guess_columns(self.headers, free, self.missing(), known, first_records)
        if self.kind.mapping_variable is None:
            return " and ".join(
                f"rename {self.header(guesses[column]) if column in guesses else 'the right one'} to {column}"
                for column in self.kind.headers
                if column in self.unclear()
            )
        entries: dict[str, str] = {}
        for column in self.kind.headers:
            if column in guesses:
                entries[column] = self.header(guesses[column])
            elif column in self.unclear() and column not in self.repeated():
                is_none = column in self.kind.optional and column in self.missing()
                entries[column] = "null" if is_none else "…"
            elif column in self.mapping:
                # The var is replaced as a whole.
                name = self.mapping[column]
                entries[column] = "null" if name is None else json.dumps(name, ensure_ascii=False)
        written = ", ".join(f"{column}: {entry}" for column, entry in entries.items())
        return f"set `{self.kind.mapping_variable}: {{{written}}}`{self.remarks(entries, guesses)}"

    def remarks(self, entries: Mapping[str, str], guesses: Mapping[str, int]) -> str:
        """What is left to do about the mapping, in brackets."""
        remarks = ["check what is guessed"] if guesses else []
        if "…" in entries.values():
            remarks.append("write a header for …")
        if any(entries[column] == "null" for column in self.missing() if column in entries):
            remarks.append("null where the file has none")
        price = guesses.get("unit_price")
        if price is not None and simplified(self.headers[price]) in map(simplified, AMOUNT_WORDS):
            remarks.append("unit_price is the price of one piece, not the amount of the line")
        return f" ({'; '.join(remarks)})" if remarks else ""

    def header(self, position: int) -> str:
        """A header as the mapping var takes it."""
        return json.dumps(self.headers[position].strip(), ensure_ascii=False)

    def looks_like_customer_records(self) -> bool:
        """Whether the file of invoices rather has one row per customer."""
        if self.kind is not INVOICES or self.found.get("invoice_number") or self.found.get("invoiced_at"):
            return False
        every = range(len(self.headers))
        is_named = {
            column: same_name(HEADER_WORDS[column], self.headers, every) is not None
            for column in ("customer_id", "recency_days", "frequency", "monetary")
        }
        return is_named.pop("customer_id") and any(is_named.values())


def enumerated(names: Sequence[str]) -> str:
    """The names as a list in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def listed(headers: Sequence[str]) -> str:
    """The headers for a message, at most 20 of them."""
    more = f" and {len(headers) - 20} more" if len(headers) > 20 else ""
    return ", ".join(shown(header) for header in headers[:20]) + more


def shown(name: str) -> str:
    """A name in a message: on one line, at most 40 characters, in quotes."""
    one_line = " ".join(name.split())
    line = "".join(character if character.isprintable() else "?" for character in one_line)
    return f'"{line[:39]}…"' if len(line) > 40 else f'"{line}"'
