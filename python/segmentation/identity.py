"""Which segment of a new fit is which segment of the old one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from segmentation.features import FeatureTransformer
from segmentation.kmeans import squared_distances

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def rescale_centroids(
    centroids: FloatArray, fitted_with: FeatureTransformer, onto: FeatureTransformer
) -> FloatArray:
    """Move centroids (k, d) from the z-scores of one transformer into those of another, by way of the units.

    Both transformers must describe the same features in the same order.
    """
    values = fitted_with.inverse_transform(centroids)
    if onto.kind == "log1p":
        # A centroid at 0 can come back as -1e-17, which log1p refuses.
        values = np.maximum(values, 0.0)
    return onto.transform(values)


def match_centroids(old: FloatArray, new: FloatArray) -> IntArray:
    """The index in `old` (k1, d) of each centroid of `new` (k2, d), or -1 where it is a new segment.

    Both are positions in the same space. A pair is admitted only where no other old centroid is nearer to
    the new one: otherwise the old segment's id would come to mean what another id used to mean. Among the
    admitted pairs the Hungarian method finds the largest one-to-one matching with the smallest sum of squared
    distances. An old segment without a partner has disappeared; a new one without a partner has appeared.
    """
    from scipy.optimize import linear_sum_assignment

    matches = np.full(len(new), -1, dtype=np.int64)
    if len(old) == 0:
        return matches
    distances = squared_distances(new, old)
    admitted = distances == distances.min(axis=1, keepdims=True)
    # Dearer than all admitted pairs together: the method takes such a pair only where nothing else is left.
    refused_cost = 1.0 + float(distances[admitted].sum())
    new_indices, old_indices = linear_sum_assignment(np.where(admitted, distances, refused_cost))
    kept = admitted[new_indices, old_indices]
    matches[new_indices[kept]] = old_indices[kept]
    return matches
