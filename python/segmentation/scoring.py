"""Segment, confidence, reason and next step of every customer under given centroids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from segmentation.features import FeatureTransformer
from segmentation.kmeans import nearest_two, squared_distances
from segmentation.parallel import side_by_side

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Customers per block: with 10 segments the arrays of a block stay near 50 MB.
CHUNK_ROWS = 100_000
# How far beyond the border (in z-scores) a step without a unit ends: on the border itself two segments tie.
BEYOND_BORDER = 1e-6


@dataclass(frozen=True)
class FeatureStep:
    """How a customer can change one feature.

    `direction` says which way; targets are multiples of `unit` (in the feature's own unit), or any value
    where it is None; none is below `minimum`.
    """

    direction: Literal["up", "down", "any", "none"] = "any"
    unit: float | None = None
    minimum: float = -np.inf


# Whole days, orders and currency units. A customer can come back sooner, order more and spend more.
STEPS_BY_FEATURE = {
    "recency_days": FeatureStep("down", unit=1.0, minimum=0.0),
    "frequency": FeatureStep("up", unit=1.0),
    "monetary": FeatureStep("up", unit=1.0),
}
RFM_STEPS = tuple(STEPS_BY_FEATURE.values())

SIGNS: dict[str, tuple[float, ...]] = {"up": (1.0,), "down": (-1.0,), "any": (1.0, -1.0), "none": ()}


def steps_for(features: Sequence[str]) -> tuple[FeatureStep, ...]:
    """The step of each feature: recency, frequency and monetary have one; a customer's age, say, has none."""
    return tuple(STEPS_BY_FEATURE.get(feature, FeatureStep("none")) for feature in features)


@dataclass(frozen=True)
class SegmentScores:
    """One entry per customer, shape (n,) where nothing else is said.

    segment: index of the nearest centroid; distance: Euclidean, in z-scores.
    runner_up: index of the second centroid, -1 with a single one.
    confidence: 1 - distance / runner-up distance, from 0 (on the border) to 1.
    reason_features: (n, min(2, d)) indices of the features furthest from the average customer, in order.
    step_feature: index of the feature whose change leads to a better segment most easily, -1 where none does.
    step_value: the value that feature must reach, in its own unit; nan where there is no step.
    """

    segment: IntArray
    distance: FloatArray
    runner_up: IntArray
    confidence: FloatArray
    reason_features: IntArray
    step_feature: IntArray
    step_value: FloatArray


def score(
    values: FloatArray,
    transformer: FeatureTransformer,
    centroids: FloatArray,
    value_rank: IntArray | Sequence[int],
    steps: Sequence[FeatureStep] = RFM_STEPS,
) -> SegmentScores:
    """Score customers with features `values` (n, d) against `centroids` (k, d), which are z-scores.

    `value_rank` (k,) is 1 for the best segment; `steps` holds one entry per feature and defaults to recency
    in days, frequency and monetary, in this order (see `steps_for`).

    The next step is the change of a single feature, all else equal, that reaches a segment of better value
    rank with the smallest move in z-scores. Along a feature the customers of a segment form an interval,
    because the difference of two squared distances is linear there; the step goes to the first whole unit
    inside such an interval, is scored again, and is kept only where that gives a better segment.
    """
    values = np.asarray(values, dtype=np.float64)
    ranks = np.asarray(value_rank, dtype=np.int64)
    if len(steps) != values.shape[1] or len(ranks) != len(centroids):
        raise ValueError(
            "Scoring needs one step per feature and one value rank per segment: found "
            f"{len(steps)} steps for {values.shape[1]} features, "
            f"and {len(ranks)} ranks for {len(centroids)} segments."
        )

    def scored(start: int) -> SegmentScores:
        return _score_block(values[start : start + CHUNK_ROWS], transformer, centroids, ranks, steps)

    # At least one block, so that no customers give typed empty arrays.
    starts = range(0, max(len(values), 1), CHUNK_ROWS)
    blocks = side_by_side(scored, starts) if len(starts) > 1 else [scored(0)]
    return SegmentScores(
        **{
            field.name: np.concatenate([getattr(b, field.name) for b in blocks])
            for field in fields(SegmentScores)
        }
    )


def _score_block(
    values: FloatArray,
    transformer: FeatureTransformer,
    centroids: FloatArray,
    ranks: IntArray,
    steps: Sequence[FeatureStep],
) -> SegmentScores:
    z = transformer.transform(values)
    nearest = nearest_two(z, centroids)
    # With a single segment there is no second distance: nothing speaks against it.
    share = np.ones(len(z))
    np.divide(nearest.first_distance, nearest.second_distance, out=share, where=nearest.second_distance > 0)
    confidence = np.ones(len(z)) if len(centroids) == 1 else 1.0 - share

    open_rows = np.flatnonzero(ranks[nearest.first] > ranks.min(initial=1))
    step_feature = np.full(len(z), -1, dtype=np.int64)
    step_value = np.full(len(z), np.nan)
    step_feature[open_rows], step_value[open_rows] = _next_steps(
        values[open_rows], z[open_rows], ranks[nearest.first[open_rows]], transformer, centroids, ranks, steps
    )
    return SegmentScores(
        segment=nearest.first,
        distance=nearest.first_distance,
        runner_up=nearest.second,
        confidence=confidence,
        reason_features=np.argsort(-np.abs(z), axis=1, kind="stable")[:, :2].astype(np.int64),
        step_feature=step_feature,
        step_value=step_value,
    )


def _next_steps(
    values: FloatArray,
    z: FloatArray,
    own_rank: IntArray,
    transformer: FeatureTransformer,
    centroids: FloatArray,
    ranks: IntArray,
    steps: Sequence[FeatureStep],
) -> tuple[IntArray, FloatArray]:
    """Feature index and target value (n,) of the smallest single change that leads to a better segment."""
    best_feature = np.full(len(z), -1, dtype=np.int64)
    best_value = np.full(len(z), np.nan)
    best_move = np.full(len(z), np.inf)
    squared = squared_distances(z, centroids)

    def is_better(target: FloatArray, feature: int) -> NDArray[np.bool_]:
        rows = np.flatnonzero(~np.isnan(target))
        changed = values[rows]
        changed[:, feature] = target[rows]
        segment = nearest_two(transformer.transform(changed), centroids).first
        result = np.zeros(len(target), dtype=np.bool_)
        result[rows] = ranks[segment] < own_rank[rows]
        return result

    for feature, step in enumerate(steps):
        # log1p knows no value below 0.
        minimum = max(step.minimum, 0.0) if transformer.kind == "log1p" else step.minimum
        axis = _one_feature(transformer, feature)
        for sign in SIGNS[step.direction]:
            target = np.full(len(z), np.nan)
            for segment in range(len(centroids)):
                rows = np.flatnonzero(ranks[segment] < own_rank)
                near, far = _shifts_into(segment, squared[rows], centroids, feature, sign)
                candidate = _first_value(z[rows, feature], near, far, axis, sign, step.unit)
                target[rows] = sign * np.fmin(sign * target[rows], sign * candidate)
            target[target < minimum] = np.nan
            better = is_better(target, feature)
            if step.unit is not None:
                # Rounding can end on the border: go one unit on there.
                further = np.where(better, np.nan, target + sign * step.unit)
                further[further < minimum] = np.nan
                target = np.where(better, target, further)
                better |= is_better(further, feature)
            reached = np.where(better, target, values[:, feature])
            move = np.abs(axis.transform(reached[:, None])[:, 0] - z[:, feature])
            better &= move < best_move
            best_feature[better] = feature
            best_value[better] = target[better]
            best_move[better] = move[better]
    return best_feature, best_value


def _shifts_into(
    segment: int, squared: FloatArray, centroids: FloatArray, feature: int, sign: float
) -> tuple[FloatArray, FloatArray]:
    """From which shift to which a customer is in `segment` when `feature` moves in direction `sign`.

    `squared` (n, k) are the squared distances now. Returns the ends (n,) of the interval, 0 or more, in
    z-scores; where the first is above the second, no shift leads there.
    """
    near, far = np.zeros(len(squared)), np.full(len(squared), np.inf)
    for other in range(len(centroids)):
        # Nearer to segment than to other means: shift * slope <= by how much other is the further one now.
        slope = 2.0 * sign * (centroids[other, feature] - centroids[segment, feature])
        lead = squared[:, other] - squared[:, segment]
        if slope > 0:
            np.minimum(far, lead / slope, out=far)
        elif slope < 0:
            np.maximum(near, lead / slope, out=near)
        else:
            far[lead < 0] = -np.inf
    return near, far


def _first_value(
    now: FloatArray,
    near: FloatArray,
    far: FloatArray,
    axis: FeatureTransformer,
    sign: float,
    unit: float | None,
) -> FloatArray:
    """The first value between two shifts from the z-scores `now` (n,), in the feature's unit, or nan."""
    reachable = near <= far
    if unit is None:
        near = near + BEYOND_BORDER
    value = axis.inverse_transform((now + sign * near)[:, None])[:, 0]
    last = axis.inverse_transform((now + sign * np.where(reachable, far, 0.0))[:, None])[:, 0]
    if unit is not None:
        value = sign * np.ceil(sign * value / unit) * unit
    # `last` is nan where the far end lies beyond the range of the transform; then nothing is too far.
    reachable &= np.isfinite(value) & ~(sign * value > sign * last)
    return np.where(reachable, value, np.nan)


def _one_feature(transformer: FeatureTransformer, feature: int) -> FeatureTransformer:
    """The same transformer for a single one of its features."""
    one = slice(feature, feature + 1)
    lambdas = None if transformer.lambdas_ is None else transformer.lambdas_[one]
    return FeatureTransformer.from_parameters(
        transformer.kind, lambdas, transformer.means_[one], transformer.scales_[one]
    )
