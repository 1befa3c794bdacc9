"""The segment model: versions, identity over refits, storage."""

import csv
import dataclasses
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from segmentation.features import TransformKind
from segmentation.model import SegmentModel, fit_feature_bins, fit_segment_model
from segmentation.scoring import score

pytestmark = pytest.mark.filterwarnings("error")

FEATURES = ("recency_days", "frequency", "monetary")
PLAYBOOK_FILE = Path(__file__).resolve().parents[3] / "seeds" / "segment_playbook.csv"
with PLAYBOOK_FILE.open(encoding="utf-8", newline="") as file:
    PLAYBOOK = list(csv.DictReader(file))

# Three groups that any shop knows: days since the last order, orders, money.
GROUPS = np.array([[5.0, 20.0, 8000.0], [40.0, 4.0, 900.0], [250.0, 1.0, 150.0]])


def customers(groups: npt.NDArray[np.float64] = GROUPS, seed: int = 1) -> npt.NDArray[np.float64]:
    """100 customers around each group, shape (100 * groups, 3)."""
    generator = np.random.default_rng(seed)
    return np.repeat(groups, 100, axis=0) * generator.lognormal(0.0, 0.1, size=(100 * len(groups), 3))


def fit(
    values: npt.NDArray[np.float64],
    n_segments: int = 3,
    previous: SegmentModel | None = None,
    features: tuple[str, ...] = FEATURES,
    kind: TransformKind = "log1p",
) -> SegmentModel:
    return fit_segment_model(
        values,
        features=features,
        kind=kind,
        n_segments=n_segments,
        random_seed=42,
        monetary_for_order=values[:, -1],
        playbook=PLAYBOOK,
        previous=previous,
        fitted_as_of=date(2011, 12, 10),
    )


def test_the_first_fit_numbers_segments_by_value() -> None:
    model = fit(customers())
    assert model.segment_ids == (1, 2, 3)
    assert model.next_segment_id == 4
    assert model.version_number == 1
    money = np.expm1(model.centroids[:, 2] * model.scales[2] + model.means[2])
    np.testing.assert_allclose(money, [8000.0, 900.0, 150.0], rtol=0.05)


def test_value_is_the_mean_and_not_the_sum() -> None:
    values = np.repeat(GROUPS, [10, 300, 100], axis=0) * np.random.default_rng(1).lognormal(0, 0.1, (410, 3))
    model = fit(values)
    money = np.expm1(model.centroids[:, 2] * model.scales[2] + model.means[2])
    np.testing.assert_allclose(money, [8000.0, 900.0, 150.0], rtol=0.1)


def test_bins_by_hand() -> None:
    # Deciles of 1 … 20 are 2, 4 … 18; of the second feature half of the values are equal.
    values = np.column_stack([np.arange(1.0, 21.0), np.maximum(np.arange(1.0, 21.0), 10.0)])
    bins = fit_feature_bins(values)
    assert bins.cut_points.T.tolist() == [
        [2, 4, 6, 8, 10, 12, 14, 16, 18],
        [10, 10, 10, 10, 10, 12, 14, 16, 18],
    ]
    np.testing.assert_allclose(bins.shares.T, [[0.1] * 10, [0.5, 0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.1]])
    nobody = fit_feature_bins(values[:0])
    assert (nobody.cut_points.shape, nobody.shares.shape) == ((9, 2), (10, 2))
    assert not nobody.cut_points.any() and not nobody.shares.any()


def test_a_refit_with_equal_parameters_is_the_same_version() -> None:
    values = customers()
    model = fit(values)
    shuffled = np.random.default_rng(0).permutation(values)
    assert fit(shuffled, previous=model) is model


def test_a_refit_keeps_id_key_and_name_though_the_order_of_value_turns() -> None:
    first = fit(customers())
    # The middle group now spends more than the best one, everything else stays.
    groups = GROUPS.copy()
    groups[1, 2] = 9000.0
    refit = fit(customers(groups), previous=first)
    assert refit.version_number == 2
    assert refit.model_version != first.model_version
    assert refit.segment_ids == first.segment_ids
    assert refit.segment_keys == first.segment_keys
    money = np.expm1(refit.centroids[:, 2] * refit.scales[2] + refit.means[2])
    np.testing.assert_allclose(money, [8000.0, 9000.0, 150.0], rtol=0.05)


def test_a_new_segment_takes_the_next_free_id_and_a_free_name() -> None:
    first = fit(customers())
    groups = np.vstack([GROUPS, [300.0, 12.0, 5000.0]])
    refit = fit(customers(groups), 4, previous=first)
    assert refit.segment_ids == (1, 2, 3, 4)
    assert refit.segment_keys[:3] == first.segment_keys
    assert refit.segment_names[3] == "Big spenders gone quiet"
    assert refit.next_segment_id == 5


def test_an_id_that_disappeared_is_never_given_again() -> None:
    groups = np.vstack([GROUPS, [300.0, 12.0, 5000.0]])
    first = fit(customers(groups), 4)
    gone_id = first.segment_ids[first.segment_keys.index("big_spenders_gone_quiet")]
    second = fit(customers(), 3, previous=first)
    assert gone_id not in second.segment_ids
    third = fit(customers(groups), 4, previous=second)
    assert set(third.segment_ids) == {*second.segment_ids, 5}


def test_the_highest_id_stays_used_after_its_segment_disappeared() -> None:
    first = fit(customers())
    second = fit(customers(GROUPS[:2]), 2, previous=first)
    assert second.segment_ids == (1, 2)
    restored = SegmentModel.from_rows(second.to_rows())
    third = fit(customers(), 3, previous=restored)
    assert third.segment_ids == (1, 2, 4)


def test_other_features_make_every_segment_new() -> None:
    values = customers()
    first = fit(values)
    other = fit(values[:, 1:], previous=first, features=("frequency", "monetary"))
    assert other.segment_ids == (4, 5, 6)
    assert other.segment_names[0] == "High frequency, high monetary"


def test_another_transform_keeps_the_segments() -> None:
    first = fit(customers())
    other = fit(customers(), previous=first, kind="yeo_johnson")
    assert other.segment_ids == first.segment_ids
    assert other.segment_keys == first.segment_keys
    assert other.lambdas is not None


@pytest.mark.parametrize("n_segments", range(2, 11))
def test_names_are_kept_on_online_retail(n_segments: int, online_retail_rfm: npt.NDArray[np.float64]) -> None:
    """Real data (`../shared/data`): going from 5 segments to k and back gives no id or key two meanings."""
    five = fit(online_retail_rfm, 5)
    other = fit(online_retail_rfm, n_segments, previous=five)
    assert len(set(other.segment_keys)) == len(set(other.segment_names)) == n_segments
    meaning = dict(zip(five.segment_ids, five.segment_keys, strict=True))
    for segment_id, key in zip(other.segment_ids, other.segment_keys, strict=True):
        assert meaning.get(segment_id, key) == key
        assert segment_id in meaning or key not in five.segment_keys


@pytest.mark.parametrize("kind", ["log1p", "yeo_johnson", "none"])
def test_rows_restore_the_model(kind: TransformKind) -> None:
    model = fit(customers(), kind=kind)
    rows = model.to_rows()
    assert len(rows) == 3
    restored = SegmentModel.from_rows(rows[::-1])
    assert restored is not None
    for field in dataclasses.fields(SegmentModel):
        if field.name != "bins":
            np.testing.assert_array_equal(getattr(restored, field.name), getattr(model, field.name))
    np.testing.assert_array_equal(restored.bins.cut_points, model.bins.cut_points)
    np.testing.assert_array_equal(restored.bins.shares, model.bins.shares)
    assert restored.model_version == model.model_version


def test_a_model_of_one_segment_is_restored() -> None:
    model = fit(customers(), 1)
    restored = SegmentModel.from_rows(model.to_rows())
    assert restored is not None
    assert restored.model_version == model.model_version


def test_rows_of_several_versions_give_the_latest() -> None:
    first = fit(customers())
    second = fit(customers(seed=2), previous=first)
    restored = SegmentModel.from_rows([*second.to_rows(), *first.to_rows()])
    assert restored is not None
    assert restored.model_version == second.model_version
    assert SegmentModel.from_rows([]) is None


def test_the_version_tells_what_decides_a_score_and_nothing_else() -> None:
    model = fit(customers())
    last_bit = dataclasses.replace(
        model, means=model.means * (1 + 1e-15), inertia=0.0, segment_names=("", "", "")
    )
    assert last_bit.model_version == model.model_version
    assert len(model.model_version) == 12
    changes: list[dict[str, Any]] = [
        {"features": FEATURES[::-1]},
        {"feature_transform": "none"},
        {"lambdas": np.ones(3)},
        {"means": model.means + 1e-6},
        {"scales": model.scales + 1e-6},
        {"centroids": model.centroids + 1e-6},
        {"segment_ids": (1, 2, 4)},
    ]
    versions = {dataclasses.replace(model, **change).model_version for change in changes}
    assert len(versions - {model.model_version}) == len(changes)


def test_the_version_of_known_parameters_stays() -> None:
    """What is stored goes on being the same version with every later release."""
    known = dataclasses.replace(
        fit(customers(), 2),
        means=np.array([1.0, 2.0, 3.0]),
        scales=np.array([1.0, 0.5, 0.25]),
        centroids=np.array([[0.0, 0.5, 1.0], [0.0, -0.5, -1.0]]),
    )
    assert known.model_version == "a3a4ad8b6083"


def test_negative_zero_is_no_new_version() -> None:
    model = fit(customers())
    zero = dataclasses.replace(model, means=np.array([0.0, 1.0, 2.0]))
    negative = dataclasses.replace(model, means=np.array([-0.0, 1.0, 2.0]))
    assert zero.model_version == negative.model_version


@pytest.mark.parametrize("kind", ["log1p", "yeo_johnson", "none"])
@pytest.mark.parametrize(
    ("values", "n_segments"),
    [
        (np.array([[3.0, 1.0, 20.0]]), 1),
        (np.array([[3.0, 1.0, 20.0]] * 50), 1),
        (np.array([[3.0, 1.0, 20.0], [9.0, 2.0, 40.0]]), 2),
        (np.column_stack([np.full(60, 7.0), np.arange(60) % 5 + 1.0, np.arange(60) * 10.0]), 4),
    ],
    ids=["one customer", "all equal", "fewer customers than segments", "a constant feature"],
)
def test_degenerate_customers_give_a_model_that_scores_them(
    values: npt.NDArray[np.float64], n_segments: int, kind: TransformKind
) -> None:
    model = fit(values, 4, kind=kind)
    assert model.segment_ids == tuple(range(1, n_segments + 1))
    assert len(set(model.segment_keys)) == n_segments
    assert fit(values, 4, previous=model, kind=kind) is model
    scores = score(values, model.transformer, model.centroids, model.segment_ids)
    assert np.isfinite(scores.distance).all()
    assert np.isfinite(scores.confidence).all()


def test_no_customers_give_a_model_without_segments_or_the_previous_one() -> None:
    empty = fit(np.empty((0, 3)))
    assert empty.segment_ids == ()
    assert empty.to_rows() == []
    assert empty.n_customers_fitted == 0
    model = fit(customers())
    assert fit(np.empty((0, 3)), previous=model) is model
