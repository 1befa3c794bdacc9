"""Rules: a known partition comes back in words, and the figures are those of the rules as written."""

import numpy as np
import pytest
import sklearn.tree
from sklearn.tree import DecisionTreeClassifier

from segmentation import segment_rules as rules_module
from segmentation.kmeans import FloatArray, IntArray, fit_kmeans
from segmentation.segment_rules import SegmentRules, Unit, rfm_units, segment_rules

FEATURES = ["recency_days", "frequency", "monetary"]


def placed_by(rules: SegmentRules, values: FloatArray) -> np.ndarray:
    """Segments (n,) by the conditions alone; 0 where no rule applies, and an error where two do."""
    placed = np.zeros(len(values), dtype=np.int64)
    for rule in rules.rules:
        met = np.ones(len(values), dtype=bool)
        for condition in rule.conditions:
            column = values[:, FEATURES.index(condition.feature)]
            met &= (
                column <= condition.threshold if condition.operator == "<=" else column > condition.threshold
            )
        assert not placed[met].any()
        assert met.sum() == rule.n_customers
        placed[met] = rule.segment
    return placed


def test_a_known_partition_is_stated_exactly() -> None:
    generator = np.random.default_rng(0)
    values = np.column_stack(
        [
            generator.integers(1, 375, 2_000),
            generator.integers(1, 30, 2_000),
            generator.uniform(5, 9_000, 2_000),
        ]
    ).astype(float)
    recent, rich = values[:, 0] <= 40, values[:, 2] > 1_200
    segments = np.where(recent, np.where(rich, 1, 2), 3)
    found = segment_rules(values, segments, FEATURES, random_seed=0, units=rfm_units("GBP"))
    assert [rule.text for rule in found.rules] == [
        "recency ≤ 40 days and monetary > GBP 1,200",
        "recency ≤ 40 days and monetary ≤ GBP 1,200",
        "recency > 40 days",
    ]
    assert found.fidelity > 0.99
    assert found.rules[0].conditions[0].threshold == 40


def test_rules_of_the_real_customers_are_what_they_say(
    online_retail_rfm: FloatArray, online_retail_z: FloatArray
) -> None:
    """The real Online Retail file, gross, duplicates kept, log1p, four segments."""
    segments = fit_kmeans(online_retail_z, 4, random_seed=42).labels + 1
    found = segment_rules(online_retail_rfm, segments, FEATURES, random_seed=42, units=rfm_units("GBP"))
    placed = placed_by(found, online_retail_rfm)
    assert placed.all()
    assert found.fidelity == pytest.approx(np.mean(placed == segments))
    assert found.fidelity > 0.8
    for segment, fidelity in found.segment_fidelity.items():
        assert fidelity == pytest.approx(np.mean(placed[segments == segment] == segment))
    assert sum(rule.n_agreeing for rule in found.rules) == np.sum(placed == segments)
    assert all(len(rule.conditions) <= 3 for rule in found.rules)


def test_more_segments_than_leaves_leave_some_without_a_rule() -> None:
    values = np.arange(120.0)[:, None]
    segments = np.arange(120) // 10
    found = segment_rules(values, segments, ["frequency"], random_seed=0)
    assert len(found.rules) <= 8
    assert [found.segment_fidelity[rule.segment] for rule in found.rules] == [1] * len(found.rules)
    assert list(found.segment_fidelity.values()).count(0) == 12 - len(found.rules)
    assert found.fidelity == pytest.approx(len(found.rules) / 12)
    # Two bounds on one feature at most, however often the tree asked for it.
    assert all(len(rule.conditions) <= 2 for rule in found.rules)


def test_a_split_into_the_same_segment_twice_is_no_rule() -> None:
    # What tells 1 from 2 is how pure they are, not the segment.
    values = np.repeat([0.0, 1.0, 2.0], [50, 20, 20])[:, None]
    segments = np.repeat([1, 2, 2, 1], [50, 20, 12, 8])
    found = segment_rules(values, segments, ["n_products"], random_seed=0)
    assert [rule.text for rule in found.rules] == ["n products ≤ 0", "n products > 0"]
    assert found.fidelity == pytest.approx(82 / 90)
    assert [(rule.n_customers, rule.n_agreeing) for rule in found.rules] == [(50, 50), (40, 32)]


def test_splits_into_one_segment_at_every_depth_are_no_rule() -> None:
    values = np.repeat([0.0, 1.0, 2.0, 3.0], 10)[:, None]
    segments = np.repeat([1, 2, 1, 2, 1, 2, 1], [10, 1, 9, 2, 8, 4, 6])
    found = segment_rules(values, segments, ["n_products"], random_seed=0)
    assert [rule.text for rule in found.rules] == ["every customer"]


def test_rules_of_a_segment_start_with_the_largest() -> None:
    values = np.repeat([0.0, 1.0, 2.0], [10, 20, 30])[:, None]
    segments = np.repeat([1, 2, 1], [10, 20, 30])
    found = segment_rules(values, segments, ["frequency"], random_seed=0)
    assert [(rule.segment, rule.n_customers) for rule in found.rules] == [(1, 30), (1, 10), (2, 20)]


def test_a_rule_has_three_conditions_at_most() -> None:
    # Four features of 0 and 1, and a segment for each of their 16 combinations.
    values = np.array([[number >> bit & 1 for bit in range(4)] for number in range(16)] * 3, dtype=float)
    segments = np.tile(np.arange(16), 3)
    found = segment_rules(values, segments, ["a", "b", "c", "d"], random_seed=0)
    assert [len(rule.conditions) for rule in found.rules] == [3] * 8
    assert found.fidelity == 0.5


def test_a_level_is_had_or_not() -> None:
    values = np.repeat([0.0, 1.0], 10)[:, None]
    found = segment_rules(values, np.repeat([1, 2], 10), ["home_town=Bad Ems"], random_seed=0)
    assert [rule.text for rule in found.rules] == ["home town is not Bad Ems", "home town is Bad Ems"]


def test_a_threshold_of_0_stays_0() -> None:
    values = np.repeat([-0.5, 0.5], 10)[:, None]
    found = segment_rules(values, np.repeat([1, 2], 10), ["monetary"], random_seed=0)
    assert [rule.text for rule in found.rules] == ["monetary ≤ 0", "monetary > 0"]
    assert found.fidelity == 1


def test_many_customers_are_sampled_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = []

    class Tree(DecisionTreeClassifier):
        def fit(self, values: FloatArray, segments: IntArray) -> "Tree":
            fitted.append(values[:, 0].tolist())
            return super().fit(values, segments)

    monkeypatch.setattr(sklearn.tree, "DecisionTreeClassifier", Tree)
    monkeypatch.setattr(rules_module, "FITTED_ROWS", 90)
    values = np.arange(100.0)[:, None]
    found = segment_rules(values, np.repeat([1, 2], 50), ["frequency"], random_seed=0)
    # In their order, nobody twice.
    assert len(fitted[0]) == 90 and fitted[0] == sorted(set(fitted[0]))
    assert sum(rule.n_customers for rule in found.rules) == 100


def test_nobody_meets_no_rule() -> None:
    """Two thresholds that are rounded to the same number leave nobody between them."""
    values = np.repeat([1000.5, 1010.5, 1020.5, 5000.5], 10)[:, None]
    segments = np.repeat([1, 2, 1, 2], 10)
    found = segment_rules(values, segments, ["monetary"], random_seed=0)
    assert [rule.n_customers for rule in found.rules] == [30, 10]
    assert [rule.text for rule in found.rules] == [
        "monetary > 1,000 and monetary ≤ 3,000",
        "monetary > 3,000",
    ]


def test_one_segment_is_every_customer() -> None:
    found = segment_rules(np.ones((5, 3)), np.full(5, 7), FEATURES, random_seed=0)
    assert [(rule.segment, rule.text, rule.n_customers) for rule in found.rules] == [(7, "every customer", 5)]
    assert (found.fidelity, found.segment_fidelity) == (1, {7: 1})


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1 order"), (2, "2 orders"), (1200, "1,200 orders"), (0.25, "0.25 orders")]
)
def test_values_are_written_with_their_unit(value: float, text: str) -> None:
    assert Unit("frequency", singular="order", plural="orders").written(value) == text


def test_every_amount_of_customer_rfm_has_its_currency() -> None:
    units = rfm_units("EUR")
    amounts = ["monetary", "gross_monetary", "returned_monetary", "avg_order_value"]
    assert {units[name].written(1200.5) for name in amounts} == {"EUR 1,200.5"}


def test_no_customers_are_refused() -> None:
    with pytest.raises(ValueError, match="no customers"):
        segment_rules(np.ones((0, 3)), np.ones(0, dtype=np.int64), FEATURES, random_seed=0)
