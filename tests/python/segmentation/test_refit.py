"""When a model is fitted anew, and what the new version says about it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from segmentation import refit as refitting
from segmentation.drift import Drift
from segmentation.kmeans import FloatArray
from segmentation.model import SegmentModel
from segmentation.refit import FitSettings, fit_like, next_segment_model

pytestmark = pytest.mark.filterwarnings("error")

SETTINGS = FitSettings(("recency_days", "frequency", "monetary"), "log1p", 3, 42)
PLAYBOOK = [
    {
        "segment_key": key,
        "segment_name": key.title(),
        "value_order": order,
        "recency_z": -z,
        "frequency_z": z,
        "monetary_z": z,
    }
    for order, (key, z) in enumerate([("best", 1.2), ("middle", 0.0), ("rest", -1.2)], start=1)
]


def customers(seed: int = 1, n: int = 200) -> FloatArray:
    """n customers around each of three groups."""
    groups = np.array([[5.0, 20.0, 8000.0], [40.0, 4.0, 900.0], [250.0, 1.0, 150.0]])
    return np.repeat(groups, n, axis=0) * np.random.default_rng(seed).lognormal(0.0, 0.2, (3 * n, 3))


def after(
    previous: SegmentModel | None,
    values: FloatArray,
    settings: FitSettings = SETTINGS,
    refit: str = "auto",
    is_full_refresh: bool = False,
) -> SegmentModel:
    return next_segment_model(
        previous,
        values,
        values[:, -1],
        settings,
        refit=refit,
        is_full_refresh=is_full_refresh,
        playbook=PLAYBOOK,
        as_of_date=date(2011, 12, 10),
    )


@pytest.fixture(scope="module")
def model() -> SegmentModel:
    return after(None, customers())


@pytest.mark.parametrize("refit", ["auto", "always", "never"])
def test_the_first_run_fits_whatever_is_asked_for(refit: str) -> None:
    model = after(None, customers(), refit=refit)
    assert (model.fitted_because, model.version_number) == ("first fit", 1)
    assert model.new_segment_ids == (1, 2, 3)
    assert model.replaced_stability_index is None


@pytest.mark.parametrize("refit", ["auto", "always", "never"])
def test_the_same_customers_give_no_new_version(model: SegmentModel, refit: str) -> None:
    assert after(model, customers(), refit=refit) is model
    assert after(model, customers(), refit=refit, is_full_refresh=True) is model


def test_customers_who_hardly_moved_keep_the_model_unless_a_refit_is_asked_for(model: SegmentModel) -> None:
    later = customers(seed=2)
    assert after(model, later) is model
    assert after(model, later, refit="never") is model
    refitted = after(model, later, refit="always")
    assert (refitted.version_number, refitted.fitted_because) == (2, "refit is always")
    assert refitted.segment_ids == model.segment_ids
    assert (refitted.new_segment_ids, refitted.disappeared_segment_keys) == ((), ())
    assert refitted.replaced_stability_index is not None and refitted.replaced_stability_index.max() < 0.25
    assert after(model, later, is_full_refresh=True).fitted_because == "full refresh"


def test_a_feature_that_shifted_is_named(model: SegmentModel) -> None:
    later = customers() * np.array([3.0, 1.0, 1.0])
    refitted = after(model, later)
    assert refitted.fitted_because is not None
    assert refitted.fitted_because.startswith("drift: population stability index of recency_days ")
    assert "frequency" not in refitted.fitted_because
    assert refitted.replaced_stability_index is not None
    assert refitted.replaced_stability_index[0] > 0.25
    assert refitted.replaced_stability_index[1:] == pytest.approx([0, 0])
    assert after(model, later, refit="never") is model


def test_customers_a_fresh_fit_would_move_are_drift_without_any_shift_of_a_feature() -> None:
    """Uniform noise: other customers of the same kind give other borders."""
    noise = np.random.default_rng(1).uniform(0, 1, (400, 3))
    settings = replace(SETTINGS, feature_transform="none", n_segments=6)
    model = after(None, noise, settings)
    refitted = after(model, np.random.default_rng(2).uniform(0, 1, (400, 3)), settings)
    assert refitted.fitted_because is not None
    assert refitted.fitted_because.startswith("drift: a fresh fit moves ")
    assert refitted.replaced_reassigned_share is not None
    assert refitted.replaced_reassigned_share > 0.10


@pytest.mark.parametrize(
    ("index", "share", "is_large", "words"),
    [
        # On a limit is not above it.
        ([0.25, 0.25], 0.10, False, None),
        ([0.25, 0.26], 0.0, True, "drift: population stability index of monetary 0.26, above 0.25"),
        ([0.0, 0.0], 0.101, True, "drift: a fresh fit moves 10.1% of the customers, above 10%"),
    ],
)
def test_drift_is_large_above_a_limit(
    index: list[float], share: float, is_large: bool, words: str | None
) -> None:
    drift = Drift(np.array(index), share)
    assert drift.is_large is is_large
    assert refitting._drift_in_words(drift, ["frequency", "monetary"]) == words


def test_other_settings_are_a_new_fit(model: SegmentModel) -> None:
    values = customers()
    fewer = after(model, values, replace(SETTINGS, n_segments=2))
    assert fewer.fitted_because == "2 segments asked for, 3 before"
    gone = {model.segment_keys[model.segment_ids.index(i)] for i in {1, 2, 3} - set(fewer.segment_ids)}
    assert set(fewer.disappeared_segment_keys) == gone != set()
    assert after(model, values, replace(SETTINGS, feature_transform="none")).fitted_because == (
        "another transform of the features"
    )
    two = after(model, values[:, :2], replace(SETTINGS, features=("recency_days", "frequency")))
    assert two.fitted_because == "other features"
    assert two.replaced_reassigned_share is None
    assert two.new_segment_ids == (4, 5, 6)
    assert len(two.disappeared_segment_keys) == 3


def test_a_version_comes_back_from_its_rows_with_its_drift(model: SegmentModel) -> None:
    stored = after(model, customers() * np.array([3.0, 1.0, 1.0]))
    loaded = SegmentModel.from_rows(stored.to_rows())
    assert loaded is not None
    assert loaded.to_rows() == stored.to_rows()
    np.testing.assert_array_equal(loaded.bins.cut_points, stored.bins.cut_points)


def test_a_comparison_fit_keeps_the_ids(model: SegmentModel) -> None:
    later = customers(seed=3)
    assert fit_like(model, later, later[:, -1]).segment_ids == model.segment_ids
