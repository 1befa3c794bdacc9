"""The project's vars: their names, and the values they may have.

Types are strict: true is no number, and "5" is none either. Every message holds the var's name, its value and
the allowed range. What a path or a column name stands for is checked by the reader of the input.
"""

import datetime
import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from invoice_reader.columns import CUSTOMER_RECORDS, INVOICES, check_mapping
from invoice_reader.problems import InputProblem

CLUSTER_METHODS = ("ward", "hdbscan", "dbscan", "gaussian_mixture")
MIN_SEGMENTS, MAX_SEGMENTS = 2, 10
MAX_RANDOM_SEED = 2**32 - 1
MAX_MINIMUM = 1000
# What a build stops for unless `accept_implausible` names it; see macros/rules/plausibility.sql.
PLAUSIBILITY_CHECKS = ("unusable_lines", "returns", "revenue", "customers")
PATTERN_RANGE = "null (decided from the data), none, or a regular expression such as '^R[0-9]'"


def is_name(value: object) -> bool:
    """Text that is not blank."""
    return isinstance(value, str) and value.strip() != ""


def is_name_or_null(value: object) -> bool:
    """Null, or text that is not blank."""
    return value is None or is_name(value)


def is_count(value: object, lowest: int, highest: int) -> bool:
    """A whole number in the range; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def is_unique(values: Sequence[object]) -> bool:
    """Whether no value appears twice."""
    return all(value not in values[:position] for position, value in enumerate(values))


def is_date(value: object) -> bool:
    """A day as YYYY-MM-DD; YAML gives an unquoted one as a date."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return True
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_mapping(value: object) -> bool:
    """Names to headers or null."""
    return isinstance(value, Mapping) and all(
        is_name(name) and (header is None or is_name(header)) for name, header in value.items()
    )


def is_currency(value: object) -> bool:
    """1 to 8 letters or currency signs, such as GBP, £ or kr."""
    return (
        isinstance(value, str)
        and 1 <= len(value) <= 8
        and all(
            unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Sc"
            for character in value
        )
    )


def one_of(*allowed: str) -> tuple[Callable[[object], bool], str]:
    """The rule for a var with a few values."""
    return lambda value: isinstance(value, str) and value in allowed, "one of " + ", ".join(allowed)


def is_list_of(value: object, holds: Callable[[object], bool]) -> bool:
    """A list without repetition whose values all hold."""
    return isinstance(value, list) and all(holds(item) for item in value) and is_unique(value)


# Var -> (whether a value is allowed, the allowed range in words).
RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "invoices": (is_name, "a path, a folder, a glob or schema.table, as text"),
    "invoice_columns": (
        is_mapping,
        "a mapping of column names to headers of the file, such as {country: Land}",
    ),
    "invoice_date_format": (
        is_name_or_null,
        "null or a strptime format, such as '%d/%m/%Y %H:%M'",
    ),
    "customer_records": (is_name_or_null, "null or a path, as text"),
    "customer_records_columns": (
        is_mapping,
        "a mapping of column names to headers of the file, such as {monetary: Spend}",
    ),
    "customer_attributes": (
        is_name_or_null,
        "null, a path or schema.table, as text",
    ),
    "currency": (is_currency, "1 to 8 letters or currency signs, such as GBP or £"),
    "as_of_date": (lambda value: value is None or is_date(value), "null or a date as YYYY-MM-DD"),
    "monetary_basis": one_of("net", "gross"),
    "drop_duplicates": (lambda value: isinstance(value, bool), "true or false"),
    "cancellation_pattern": (is_name_or_null, PATTERN_RANGE),
    "adjustment_pattern": (is_name_or_null, PATTERN_RANGE),
    "accept_implausible": (
        lambda value: is_list_of(value, lambda check: check in PLAUSIBILITY_CHECKS),
        f"a list of any of {', '.join(PLAUSIBILITY_CHECKS)}, none twice",
    ),
    "placeholder_customers": (
        lambda value: is_list_of(value, is_name),
        "a list of customer ids that stand for nobody, as text, such as ['99999']",
    ),
    "same_shop": (lambda value: isinstance(value, bool), "true or false"),
    "private_attributes": (
        lambda value: is_list_of(value, is_name),
        "a list of columns of `customer_attributes`, none twice",
    ),
    "segmentation_features": (
        lambda value: is_list_of(value, is_name) and value != [],
        "a list of at least one column name, none twice, such as [recency_days, frequency, monetary]",
    ),
    "feature_transform": one_of("log1p", "yeo_johnson", "none"),
    "outliers": one_of("keep", "exclude_from_fit"),
    "n_segments": (
        lambda value: value is None or is_count(value, MIN_SEGMENTS, MAX_SEGMENTS),
        f"null or a whole number from {MIN_SEGMENTS} to {MAX_SEGMENTS}",
    ),
    "k_candidates": (
        lambda value: (
            is_list_of(value, lambda k: is_count(k, MIN_SEGMENTS, MAX_SEGMENTS))
            and isinstance(value, list)
            and value == sorted(value) != []
        ),
        f"an ascending list of whole numbers from {MIN_SEGMENTS} to {MAX_SEGMENTS}, none twice",
    ),
    "refit": one_of("auto", "always", "never"),
    "cluster_methods": (
        lambda value: is_list_of(value, lambda method: method in CLUSTER_METHODS),
        f"a list of any of {', '.join(CLUSTER_METHODS)}, none twice",
    ),
    "publish_lines": (lambda value: isinstance(value, bool), "true or false"),
    "publish_report": (lambda value: isinstance(value, bool), "true or false"),
    "pseudonymize_customer_ids": (lambda value: isinstance(value, bool), "true or false"),
    "minimum_published_customers": (
        lambda value: is_count(value, 1, MAX_MINIMUM),
        f"a whole number from 1 to {MAX_MINIMUM}",
    ),
    "random_seed": (
        lambda value: is_count(value, 0, MAX_RANDOM_SEED),
        f"a whole number from 0 to {MAX_RANDOM_SEED}",
    ),
}
KNOWN_VARIABLES = tuple(RULES)
# Keys of a shop's file that are no vars: `make build SHOP=…` acts on them, and dbt alone passes them by.
OUTPUT_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "database": (is_name_or_null, "null or a path, as text"),
    "published": (is_name_or_null, "null or a path, as text"),
}


def check_variables(variables: Mapping[str, object], given: Sequence[str]) -> str | None:
    """The sentence about the first var that is not usable, or None.

    variables: every var of KNOWN_VARIABLES with its value; keys of OUTPUT_RULES where they are given.
    given: the names on the command line.
    """
    problem = check_names(given) or check_outputs(variables)
    if problem is not None:
        return problem
    for name, (is_allowed, allowed) in RULES.items():
        if name not in variables:
            return f"The var `{name}` is missing: expected {allowed}; restore its default in dbt_project.yml."
        if not is_allowed(variables[name]):
            return f"The var `{name}` is {shown_value(variables[name])}: expected {allowed}."
    try:
        for kind in (INVOICES, CUSTOMER_RECORDS):
            check_mapping(kind, variables[str(kind.mapping_variable)])  # type: ignore[arg-type]
    except InputProblem as problem:
        return str(problem)
    return None


def check_names(given: Sequence[str]) -> str | None:
    """The sentence about the first name that is neither a var nor a key of OUTPUT_RULES, or None."""
    known = (*KNOWN_VARIABLES, *OUTPUT_RULES)
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(known)}."
            return f"The var `{name}` does not exist: {hint}"
    return None


def check_outputs(given: Mapping[str, object]) -> str | None:
    """The sentence about the first path of OUTPUT_RULES that is not usable, or None."""
    for name, (is_allowed, allowed) in OUTPUT_RULES.items():
        if name in given and not is_allowed(given[name]):
            return f"The var `{name}` is {shown_value(given[name])}: expected {allowed}."
    return None


def shown_value(value: object) -> str:
    """The value for a message, at most 60 characters."""
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
