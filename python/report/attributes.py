"""What customers are like beside recency, frequency and monetary: each segment against all customers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, fsum, log10, sqrt

import duckdb

from report.queries import Row, columns, rows
from report.text import MINUS, clipped, number, percent

# Attributes and levels that are shown: those that tell the segments apart most, and the most common.
MOST_ATTRIBUTES = 12
SHOWN_LEVELS = 3
# Names and levels are cut to this length.
NAME_LIMIT = 60
# What a card names: a difference of a fifth of a standard deviation (a small effect after Cohen, 1988) that
# is three times what chance alone would give a segment of this size.
MOST_NAMED = 3
SMALL_EFFECT = 0.2
BEYOND_CHANCE = 3.0
# Quartiles of a normal distribution lie this many standard deviations apart.
QUARTILES_APART = 1.349


@dataclass(frozen=True)
class Trait:
    """A number's mean or a level's share in a segment, written out, and how far it is from all customers.

    `effect` is in standard deviations of all customers. `level` and `median` may be empty.
    """

    segment_id: int
    level: str
    value: str
    of_all: str
    difference: str
    median: str
    n_known: int
    effect: float

    @property
    def stands_out(self) -> bool:
        """Whether it is worth a word on the segment's card."""
        return abs(self.effect) >= max(SMALL_EFFECT, BEYOND_CHANCE / sqrt(self.n_known))


@dataclass(frozen=True)
class Attribute:
    """An attribute with its traits: all that were read, and those shown in its table."""

    name: str
    is_number: bool
    n_known: int
    traits: list[Trait]
    shown: list[Trait]

    @property
    def strength(self) -> float:
        """How well it tells segments apart: its largest effect that chance does not explain."""
        return max((abs(trait.effect) for trait in self.traits if trait.stands_out), default=0.0)


def read_attributes(connection: duckdb.DuckDBPyConnection, segments: list[Row]) -> list[Attribute]:
    """The attributes, those that tell the segments apart most first; none where none were given."""
    if not columns(connection, "segment_attribute_profiles"):
        return []
    profiles = rows(
        connection, "from segment_attribute_profiles order by attribute, segment_id, n_customers desc, level"
    )
    by_attribute: dict[str, list[Row]] = defaultdict(list)
    for profile in profiles:
        by_attribute[profile["attribute"]].append(profile)
    order = {segment["segment_id"]: position for position, segment in enumerate(segments)}
    spreads, totals = read_spreads(connection), read_level_counts(connection)
    known = read_known(connection)
    attributes = []
    for name, of_segments in by_attribute.items():
        of_segments.sort(key=lambda profile: order[profile["segment_id"]])
        if of_segments[0]["kind"] == "number":
            attributes.append(number_attribute(name, of_segments, spreads[name]))
        else:
            attributes.append(level_attribute(name, of_segments, totals[name], known[name]))
    return sorted(attributes, key=lambda attribute: (-attribute.strength, attribute.name))


def read_spreads(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Distance of the quartiles of each number, over all customers; imputed values are left out."""
    found = rows(
        connection,
        """
        select
            attribute,
            quantile_disc(value_number, 0.75) - quantile_disc(value_number, 0.25) as spread
        from customer_attributes
        where kind = 'number' and not is_imputed
        group by attribute
        """,
    )
    return {attribute["attribute"]: attribute["spread"] for attribute in found}


def read_level_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Customers of each level that is common in some segment."""
    found = rows(
        connection,
        """
        select attribute, value_text as level, count(*) as n_customers
        from customer_attributes
        where
            not is_imputed
            and (attribute, value_text) in (select (attribute, level) from segment_attribute_profiles)
        group by attribute, value_text
        """,
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for level in found:
        counts[level["attribute"]][level["level"]] = level["n_customers"]
    return counts


def read_known(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Customers with a value of each attribute; profiles of few customers may not be published."""
    found = rows(
        connection,
        """
        select attribute, count(*) as n_known
        from customer_attributes
        where not is_imputed
        group by attribute
        """,
    )
    return {attribute["attribute"]: attribute["n_known"] for attribute in found}


def number_attribute(name: str, profiles: list[Row], spread: float) -> Attribute:
    """The attribute of these profiles, one per segment; `spread` is the distance of its quartiles."""
    n_known = sum(profile["n_customers"] for profile in profiles)
    mean = fsum(profile["mean"] * profile["n_customers"] for profile in profiles) / n_known
    digits = decimals([spread, mean, *(profile["mean"] for profile in profiles)])
    traits = [
        Trait(
            segment_id=profile["segment_id"],
            level="",
            value=number(profile["mean"], digits),
            of_all=number(mean, digits),
            difference=signed(number(profile["mean"] - mean, digits)),
            median=number(profile["median"], digits),
            n_known=profile["n_customers"],
            effect=(profile["mean"] - mean) * QUARTILES_APART / spread if spread else 0.0,
        )
        for profile in profiles
    ]
    return Attribute(clipped(name, NAME_LIMIT), True, n_known, traits, traits)


def level_attribute(name: str, profiles: list[Row], counts: dict[str, int], n_known: int) -> Attribute:
    """The attribute of these profiles, by segment and level; `counts` and `n_known` are of all customers."""
    known = {
        profile["segment_id"]: round(profile["n_customers"] / profile["share_of_known"])
        for profile in profiles
    }
    traits: list[Trait] = []
    shown: list[Trait] = []
    for profile in profiles:
        segment_id, share = profile["segment_id"], profile["share_of_known"]
        of_all = counts[profile["level"]] / n_known
        deviation = sqrt(of_all * (1 - of_all))
        trait = Trait(
            segment_id=segment_id,
            level=clipped(profile["level"], NAME_LIMIT),
            value=percent(share),
            of_all=percent(of_all),
            difference=signed(number(100 * (share - of_all), 1)),
            median="",
            n_known=known[segment_id],
            effect=(share - of_all) / deviation if deviation else 0.0,
        )
        traits.append(trait)
        if sum(one.segment_id == segment_id for one in shown) < SHOWN_LEVELS:
            shown.append(trait)
    return Attribute(clipped(name, NAME_LIMIT), False, n_known, traits, shown)


def named_traits(attributes: Iterable[Attribute], segment_id: int) -> list[tuple[Attribute, Trait]]:
    """What sets the segment apart from all customers, one trait of each attribute, strongest first."""
    strongest = []
    for attribute in attributes:
        own = [trait for trait in attribute.traits if trait.segment_id == segment_id and trait.stands_out]
        if own:
            strongest.append((attribute, max(own, key=lambda trait: abs(trait.effect))))
    strongest.sort(key=lambda pair: (-abs(pair[1].effect), pair[0].name))
    return strongest[:MOST_NAMED]


def decimals(values: list[float]) -> int:
    """Decimals that leave the largest of the values three digits that count."""
    largest = max(abs(value) for value in values)
    return 0 if largest == 0 else min(max(2 - floor(log10(largest)), 0), 10)


def signed(text: str) -> str:
    """The written number with a plus sign where it has no minus and is not 0."""
    return text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}"
