"""When the segments are fitted anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from segmentation.drift import LARGE_REASSIGNED_SHARE, LARGE_STABILITY_INDEX, Drift, measure_drift
from segmentation.features import TransformKind
from segmentation.kmeans import FloatArray
from segmentation.model import SegmentModel, fit_segment_model


@dataclass(frozen=True)
class FitSettings:
    """What a fit is asked for: features (d,), transform, number of segments and seed."""

    features: tuple[str, ...]
    feature_transform: TransformKind
    n_segments: int
    random_seed: int


def next_segment_model(
    previous: SegmentModel | None,
    values: FloatArray,
    monetary: FloatArray,
    settings: FitSettings,
    *,
    refit: str,
    is_full_refresh: bool,
    playbook: Sequence[Mapping[str, Any]],
    as_of_date: date | None,
) -> SegmentModel:
    """The model in force from now on: `previous` itself, or a new version that says why it was fitted.

    `values` (n, d) and `monetary` (n,) are those of the customers to fit on, in order of their ids. `refit`
    is 'always', 'never', or 'auto': on other features, transform or number of segments, and on drift. Without
    a version there is nothing to score with, so the first run always fits; so does a full refresh.
    """
    reason = _reason(previous, settings, refit, is_full_refresh)
    if previous is not None and reason is None and refit == "never":
        return previous
    fresh = fit_segment_model(
        values,
        features=settings.features,
        kind=settings.feature_transform,
        n_segments=settings.n_segments,
        random_seed=settings.random_seed,
        monetary_for_order=monetary,
        playbook=playbook,
        previous=previous,
        fitted_as_of=as_of_date,
    )
    if previous is None or fresh is previous:
        return replace(fresh, fitted_because=reason) if previous is None else previous
    drift = None
    if previous.features == settings.features:
        drift = measure_drift(previous, fresh, values)
    if reason is None:
        reason = _drift_in_words(drift, settings.features)
        if reason is None:
            return previous
    return replace(
        fresh,
        fitted_because=reason,
        replaced_stability_index=None if drift is None else drift.population_stability_index,
        replaced_reassigned_share=None if drift is None else drift.reassigned_share,
    )


def fit_like(model: SegmentModel, values: FloatArray, monetary: FloatArray) -> SegmentModel:
    """What a refit with the settings of `model` gives on other customers, `values` (n, d), `monetary` (n,).

    Segments found again keep their ids; it is for comparison, so new ones are not named.
    """
    return fit_segment_model(
        values,
        features=model.features,
        kind=model.feature_transform,
        n_segments=model.n_segments,
        random_seed=model.random_seed,
        monetary_for_order=monetary,
        playbook=[],
        previous=model,
        fitted_as_of=None,
    )


def _reason(
    previous: SegmentModel | None, settings: FitSettings, refit: str, is_full_refresh: bool
) -> str | None:
    """Why the settings alone ask for a fit; None where they do not."""
    if previous is None:
        return "first fit"
    if is_full_refresh:
        return "full refresh"
    if refit == "always":
        return "refit is always"
    if refit == "never":
        return None
    if settings.features != previous.features:
        return "other features"
    if settings.feature_transform != previous.feature_transform:
        return "another transform of the features"
    if settings.n_segments != previous.n_segments:
        return f"{settings.n_segments} segments asked for, {previous.n_segments} before"
    return None


def _drift_in_words(drift: Drift | None, features: Sequence[str]) -> str | None:
    """Which limit the drift is over; None where it is over none."""
    if drift is None:
        return None
    index = drift.population_stability_index
    shifted = [
        f"{feature} {value:.2f}"
        for feature, value in zip(features, index, strict=True)
        if value > LARGE_STABILITY_INDEX
    ]
    if shifted:
        return f"drift: population stability index of {', '.join(shifted)}, above {LARGE_STABILITY_INDEX}"
    if drift.reassigned_share > LARGE_REASSIGNED_SHARE:
        return (
            f"drift: a fresh fit moves {drift.reassigned_share:.1%} of the customers, "
            f"above {LARGE_REASSIGNED_SHARE:.0%}"
        )
    return None
