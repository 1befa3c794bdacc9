"""Whether today's customers still look like those a model was fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.kmeans import FloatArray, IntArray, nearest_two
from segmentation.model import FeatureBins, SegmentModel, bin_shares

# Above it a population stability index is commonly read as a large shift.
LARGE_STABILITY_INDEX = 0.25
# Share of customers that a fresh fit may move before the segments no longer describe them.
LARGE_REASSIGNED_SHARE = 0.10
# An empty bin counts as this share, since the logarithm of 0 is not finite.
SMALLEST_SHARE = 1e-4


@dataclass(frozen=True)
class Drift:
    """`population_stability_index` (d,) per feature, and `reassigned_share`, 0 to 1."""

    population_stability_index: FloatArray
    reassigned_share: float

    @property
    def is_large(self) -> bool:
        """Whether a model with `refit` 'auto' is fitted anew."""
        return bool(
            (self.population_stability_index > LARGE_STABILITY_INDEX).any()
            or self.reassigned_share > LARGE_REASSIGNED_SHARE
        )


def measure_drift(frozen: SegmentModel, fresh: SegmentModel, values: FloatArray) -> Drift:
    """How far customers with features `values` (n, d) have moved away from those of `frozen`.

    `fresh` is fitted on them and has taken over the ids of the segments it found again.
    """
    return Drift(
        population_stability_index(frozen.bins, values),
        reassigned_share(_segment_ids(frozen, values), _segment_ids(fresh, values)),
    )


def population_stability_index(bins: FeatureBins, values: FloatArray) -> FloatArray:
    """Population stability index (d,) of `values` (n, d) against the fitted customers.

    The sum over the bins of (share now - share then) * ln(share now / share then). Common reading: below 0.1
    no shift, to 0.25 some, above a large one. 0 where there are no customers now.
    """
    if len(values) == 0:
        return np.zeros(values.shape[1])
    then = np.maximum(bins.shares, SMALLEST_SHARE)
    now = np.maximum(bin_shares(bins.cut_points, values), SMALLEST_SHARE)
    index: FloatArray = np.sum((now - then) * np.log(now / then), axis=0)
    return index


def reassigned_share(frozen_segments: IntArray, fresh_segments: IntArray) -> float:
    """Share of customers (0 to 1) whose segment id a fresh fit would change; 0 without customers.

    Both (n,). A segment that the fresh fit did not find again counts as changed for all its customers.
    """
    if len(frozen_segments) == 0:
        return 0.0
    return float(np.mean(fresh_segments != frozen_segments))


def _segment_ids(model: SegmentModel, values: FloatArray) -> IntArray:
    labels = nearest_two(model.transformer.transform(values), model.centroids).first
    return np.array(model.segment_ids, dtype=np.int64)[labels]
