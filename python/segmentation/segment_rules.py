"""Segments said as rules on the features in their own units, with how well the rules keep to the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from segmentation.kmeans import FloatArray, IntArray

BoolArray = NDArray[np.bool_]

DEPTH = 3
# The tree is fitted on this many customers at most; its fidelity is that of all.
FITTED_ROWS = 200_000
SIGNIFICANT_DIGITS = 2


@dataclass(frozen=True)
class Unit:
    """How a feature is written: its label, and what stands before or after the number."""

    label: str
    prefix: str = ""
    singular: str = ""
    plural: str = ""

    def written(self, value: float) -> str:
        """The value with its unit, such as '1 order', '40 days', 'GBP 1,200' or '0.25'."""
        number = f"{value:,.10f}".rstrip("0").rstrip(".")
        suffix = self.singular if value == 1 else self.plural
        return f"{self.prefix}{number}{' ' if suffix else ''}{suffix}"


@dataclass(frozen=True)
class Condition:
    """`feature` is at most (`<=`) or more than (`>`) `threshold`, in the feature's unit."""

    feature: str
    operator: str
    threshold: float


@dataclass(frozen=True)
class SegmentRule:
    """All conditions together place a customer in `segment`.

    `n_customers` meet them, and the model places `n_agreeing` of these in the segment too.
    """

    segment: int
    conditions: tuple[Condition, ...]
    text: str
    n_customers: int
    n_agreeing: int


@dataclass(frozen=True)
class SegmentRules:
    """Rules that partition the customers, and their fidelity (0 to 1).

    `fidelity`: share of customers the rules place as the model does. `segment_fidelity`: the same by segment
    of the model. A segment may have several rules, or none and a fidelity of 0: a tree of depth 3 has eight
    leaves at most.
    """

    rules: tuple[SegmentRule, ...]
    fidelity: float
    segment_fidelity: Mapping[int, float]


def rfm_units(currency: str) -> dict[str, Unit]:
    """How the measures of customer_rfm are written, recency, frequency and monetary first."""
    return {
        "recency_days": Unit("recency", singular="day", plural="days"),
        "frequency": Unit("frequency", singular="order", plural="orders"),
        "monetary": Unit("monetary", prefix=f"{currency} "),
        "gross_monetary": Unit("gross monetary", prefix=f"{currency} "),
        "returned_monetary": Unit("returned monetary", prefix=f"{currency} "),
        "avg_order_value": Unit("order value", prefix=f"{currency} "),
        "tenure_days": Unit("tenure", singular="day", plural="days"),
        "n_products": Unit("products"),
    }


def segment_rules(
    values: FloatArray,
    segments: IntArray,
    features: Sequence[str],
    *,
    random_seed: int,
    units: Mapping[str, Unit] | None = None,
) -> SegmentRules:
    """State `segments` (n,) as rules on `values` (n, d) in original units, by a decision tree of depth 3.

    Thresholds are rounded as a person would write them: down to a whole number where the feature has only
    whole values, which changes nothing, otherwise to two digits that count. The counts and the fidelity are
    those of the rounded rules. `features` (d,) names the columns; a feature without an entry in `units` is
    written with its name alone, one that is 1 for a level and else 0, such as gender=F, as having it or not.
    Needs one customer at least.
    """
    from sklearn.tree import DecisionTreeClassifier

    if len(values) == 0:
        raise ValueError("There are no customers to state segments of: give at least 1.")
    rows = np.arange(len(values))
    if len(values) > FITTED_ROWS:
        rows = np.sort(np.random.default_rng(random_seed).choice(rows, FITTED_ROWS, replace=False))
    model = DecisionTreeClassifier(max_depth=DEPTH, random_state=random_seed).fit(
        values[rows], segments[rows]
    )
    tree = model.tree_
    is_whole = [bool(np.all(column == np.floor(column))) for column in values.T]
    written = {name: (units or {}).get(name, Unit(_label(name))) for name in features}
    segment_at = model.classes_[tree.value[:, 0].argmax(axis=1)]
    is_leaf = _leaves(tree.children_left, tree.children_right, segment_at)
    rules = []
    placed = np.empty(len(values), dtype=np.int64)

    def descend(node: int, met: BoolArray, conditions: tuple[Condition, ...]) -> None:
        # A rounded threshold can leave nobody on one side.
        if not met.any():
            return
        if is_leaf[node]:
            segment = int(segment_at[node])
            placed[met] = segment
            agreeing = int(np.sum(segments[met] == segment))
            kept = _tightest(conditions, features)
            rules.append(SegmentRule(segment, kept, _text(kept, written), int(met.sum()), agreeing))
            return
        feature = int(tree.feature[node])
        threshold = _rounded(float(tree.threshold[node]), is_whole[feature])
        is_below = values[:, feature] <= threshold
        for child, operator, side in (
            (tree.children_left[node], "<=", is_below),
            (tree.children_right[node], ">", ~is_below),
        ):
            descend(int(child), met & side, (*conditions, Condition(features[feature], operator, threshold)))

    descend(0, np.ones(len(values), dtype=np.bool_), ())
    names = np.unique(segments)
    by_segment = {int(name): float(np.mean(placed[segments == name] == name)) for name in names}
    rules.sort(key=lambda rule: (rule.segment, -rule.n_customers))
    return SegmentRules(tuple(rules), float(np.mean(placed == segments)), by_segment)


def _leaves(left: IntArray, right: IntArray, segment_at: IntArray) -> BoolArray:
    """Which nodes (m,) end a rule: leaves, and splits into twice the same segment, which say nothing."""
    is_leaf = left < 0
    # Children come after their parent.
    for node in np.flatnonzero(~is_leaf)[::-1]:
        children = [left[node], right[node]]
        is_leaf[node] = is_leaf[children].all() and len(set(segment_at[children])) == 1
    return np.asarray(is_leaf)


def _rounded(threshold: float, is_whole: bool) -> float:
    if is_whole:
        return float(floor(threshold))
    if threshold == 0:
        return 0.0
    return round(threshold, SIGNIFICANT_DIGITS - 1 - floor(log10(abs(threshold))))


def _tightest(conditions: Sequence[Condition], features: Sequence[str]) -> tuple[Condition, ...]:
    """One condition per feature and operator, in order of the features, lower bounds first.

    On the way down a tree a later condition is never the wider.
    """
    tightest = {(features.index(each.feature), each.operator == "<="): each for each in conditions}
    return tuple(tightest[key] for key in sorted(tightest))


def _label(feature: str) -> str:
    return feature.replace("_", " ")


def _text(conditions: Sequence[Condition], units: Mapping[str, Unit]) -> str:
    return " and ".join(_condition_text(each, units[each.feature]) for each in conditions) or "every customer"


def _condition_text(condition: Condition, unit: Unit) -> str:
    feature, equals, level = condition.feature.partition("=")
    if equals:
        return (
            f"{_label(feature)} is {level}"
            if condition.operator == ">"
            else f"{_label(feature)} is not {level}"
        )
    sign = {"<=": "≤", ">": ">"}[condition.operator]
    return f"{unit.label} {sign} {unit.written(condition.threshold)}"
