"""Which invoice numbers are cancellations and which are adjustments, decided once over the whole input.

Online Retail writes cancellations as C536379 and adjustments as A563185; to another shop the same letters
are a country, a till or a year. A pattern therefore counts only where the lines themselves bear it out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from invoice_reader.problems import InputProblem
from sql_text import quoted_identifier, quoted_literal

CANCELLATIONS = "^[Cc][0-9]"
ADJUSTMENTS = "^[Aa][0-9]"
EITHER = "^[AaCc][0-9]"
# What the vars say where no invoice number is one.
NO_PATTERN = "none"
PATTERN_VARIABLES = ("cancellation_pattern", "adjustment_pattern")
# Of the lines that match: so many have a negative quantity where they are cancellations.
NEGATIVE_SHARE = 0.9
# Of all lines: cancellations are at most a third, adjustments at most one in a hundred.
MOST_CANCELLATIONS = 1 / 3
MOST_ADJUSTMENTS = 0.01


class Records(Protocol):
    """What is asked of one file, sheet or table; see `prepare.FileEntry`."""

    @property
    def columns(self) -> dict[str, str | None]:
        """Our name -> column in the file."""

    @property
    def repeated_of(self) -> str | None:
        """The earlier file of equal content."""


@dataclass(frozen=True)
class NumberPatterns:
    """Regular expressions of the invoice numbers that are cancellations or adjustments; None: none is."""

    cancellation: str | None
    adjustment: str | None


@dataclass(frozen=True)
class MatchingLines:
    """Lines whose invoice number matches, the smallest such number, and how many are as it takes.

    n_fitting: of cancellations those with a negative quantity, of adjustments those without a customer or
    with a code that is no product. n_negative_prices: those with a negative unit price.
    """

    n_matching: int
    n_fitting: int
    n_negative_prices: int
    example: str | None


def decide_patterns(
    variables: Mapping[str, Any],
    relations: Sequence[tuple[str, Records]],
    first_row: Callable[[str], Sequence[Any]],
    non_product_codes: Collection[str],
    notices: list[str],
    *,
    regexp_function: str = "regexp_matches",
) -> NumberPatterns:
    """The patterns of the input, given by the vars or decided from all lines.

    relations: each file's records as SQL reads them, with its entry. first_row: runs a query of one row.
    non_product_codes: stock codes in upper case. regexp_function: Spark's has another name. A sentence for
    each decision goes to `notices`. Raises InputProblem where the lines leave it open whether they are
    cancellations.
    """
    given = {name: variables[name] for name in PATTERN_VARIABLES}
    cancellation, adjustment = (None if value == NO_PATTERN else value for value in given.values())
    counted = [
        (relation, entry)
        for relation, entry in relations
        if entry.repeated_of is None and entry.columns.get("invoice_number") is not None
    ]
    if counted and None in given.values():
        query = lines_query(counted, non_product_codes, regexp_function)
        n_lines, *figures = first_row(query)
        cancelled, adjusted = MatchingLines(*figures[:4]), MatchingLines(*figures[4:])
        if given["cancellation_pattern"] is None:
            cancellation = decide_cancellations(n_lines, cancelled, notices)
        if given["adjustment_pattern"] is None:
            adjustment = decide_adjustments(n_lines, adjusted, notices)
    return NumberPatterns(cancellation, adjustment)


def decide_cancellations(n_lines: int, lines: MatchingLines, notices: list[str]) -> str | None:
    """Whether numbers such as C536379 are cancellations."""
    if lines.n_matching == 0:
        return None
    share = lines.n_matching / n_lines
    is_negative = lines.n_fitting >= NEGATIVE_SHARE * lines.n_matching
    counts = f"{lines.n_matching:,} of {n_lines:,} lines"
    if share > MOST_CANCELLATIONS:
        notices.append(
            f"Invoice numbers such as {lines.example} ({counts}) are ordinary orders: too many to be "
            "cancellations. If they are, set `cancellation_pattern: '^[Cc][0-9]'`."
        )
        return None
    if not is_negative:
        if lines.n_negative_prices >= NEGATIVE_SHARE * lines.n_matching:
            raise InputProblem(
                f"Invoice numbers such as {lines.example} ({counts}) are those of cancellations, and the "
                "unit price is negative there, not the quantity: are quantity and unit_price swapped in "
                "`invoice_columns`? If prices carry the sign, set `cancellation_pattern` to none."
            )
        raise InputProblem(
            f"Invoice numbers such as {lines.example} ({counts}) may be cancellations or ordinary orders: "
            f"{lines.n_fitting:,} of these lines have a negative quantity. Set `cancellation_pattern` to "
            "'^[Cc][0-9]' if they are cancellations, or to none if they are orders."
        )
    notices.append(
        f"Invoice numbers such as {lines.example} ({counts}, {lines.n_fitting:,} of them with a negative "
        "quantity) are cancellations."
    )
    return CANCELLATIONS


def decide_adjustments(n_lines: int, lines: MatchingLines, notices: list[str]) -> str | None:
    """Whether numbers such as A563185 are adjustments."""
    if lines.n_matching == 0:
        return None
    counts = f"{lines.n_matching:,} of {n_lines:,} lines"
    if lines.n_matching > MOST_ADJUSTMENTS * n_lines or lines.n_fitting < lines.n_matching:
        notices.append(
            f"Invoice numbers such as {lines.example} ({counts}) are ordinary orders: adjustments would be "
            "at most 1 % of the lines, without customers or products. If they are, set "
            "`adjustment_pattern: '^[Aa][0-9]'`."
        )
        return None
    notices.append(
        f"Invoice numbers such as {lines.example} ({counts}, none of a customer's product) are adjustments."
    )
    return ADJUSTMENTS


def lines_query(
    relations: Sequence[tuple[str, Records]], non_product_codes: Collection[str], regexp_function: str
) -> str:
    """SQL of one row: all lines; of each pattern the values of `MatchingLines`."""
    codes = ", ".join(quoted_literal(code) for code in sorted(non_product_codes)) or "null"
    columns = {
        "number": "invoice_number",
        "quantity": "quantity",
        "price": "unit_price",
        "customer": "customer_id",
        "code": "stock_code",
    }
    # Few lines match, and only these are looked at further.
    lines = " union all ".join(
        f"select {', '.join(f'{text_of(entry, column)} as {name}' for name, column in columns.items())} "
        f"from {relation} "
        f"where {regexp_function}({text_of(entry, 'invoice_number')}, '{EITHER}')"
        for relation, entry in relations
    )
    counts = " union all ".join(f"select count(*) as n_lines from {relation}" for relation, _ in relations)
    fits = {
        CANCELLATIONS: "quantity like '-%'",
        ADJUSTMENTS: f"(customer is null or code is null or upper(code) in ({codes}))",
    }
    figures = []
    for pattern, condition in fits.items():
        matches = f"{regexp_function}(number, '{pattern}')"
        figures += [
            f"coalesce(sum(case when {matches} then 1 else 0 end), 0)",
            f"coalesce(sum(case when {matches} and {condition} then 1 else 0 end), 0)",
            f"coalesce(sum(case when {matches} and price like '-%' then 1 else 0 end), 0)",
            f"min(case when {matches} then number end)",
        ]
    n_lines = f"(select sum(n_lines) from ({counts}) as counts)"
    return f"select {n_lines}, {', '.join(figures)} from ({lines}) as lines"


def text_of(entry: Records, column: str) -> str:
    """The SQL of a column as trimmed text, null where it is blank or the file has none."""
    name = entry.columns.get(column)
    if name is None:
        return "cast(null as string)"
    return f"nullif(trim(cast({quoted_identifier(name)} as string)), '')"


def check_patterns(variables: Mapping[str, Any], connection: duckdb.DuckDBPyConnection) -> None:
    """Raise InputProblem unless DuckDB reads the regular expressions of the vars."""
    for name in PATTERN_VARIABLES:
        pattern = variables[name]
        if pattern in (None, NO_PATTERN):
            continue
        try:
            connection.execute("select regexp_matches('', $1)", [pattern])
        except duckdb.Error:
            raise InputProblem(
                f"The var `{name}` is {pattern!r}, which is no regular expression: write one such as "
                "'^R[0-9]', or none."
            ) from None
