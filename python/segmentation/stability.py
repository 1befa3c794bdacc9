"""Whether K-Means finds the same clusters again in resampled customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.kmeans import FloatArray, IntArray, fit_kmeans

# With 20 resamples a mean Jaccard is good to about 0.02, for a tiny unstable cluster to about 0.08.
RESAMPLES = 20
# A resample holds as many rows as there are, this many at most.
RESAMPLE_ROWS = 5_000
# Restarts of each refit. With one the luck of the start would pass for instability.
RESAMPLE_N_INIT = 5


@dataclass(frozen=True)
class Stability:
    """How well resampled fits find each cluster again.

    `jaccard` (k,): per cluster, the mean over the resamples of its Jaccard similarity to the most similar
    cluster of the refit. `mean_adjusted_rand_index`: of the two labellings, over the resamples. Hennig's
    reading of a Jaccard: below 0.60 unstable, to 0.75 doubtful, to 0.85 stable, above highly stable.
    """

    jaccard: FloatArray
    mean_adjusted_rand_index: float

    @property
    def worst_jaccard(self) -> float:
        """The mean Jaccard of the least stable cluster."""
        return float(self.jaccard.min())

    @property
    def mean_jaccard(self) -> float:
        """The mean Jaccard over the clusters, each counting the same."""
        return float(self.jaccard.mean())


def bootstrap_stability(
    z: FloatArray, labels: IntArray, n_clusters: int, *, random_seed: int, resamples: int = RESAMPLES
) -> Stability:
    """Bootstrap stability of the K-Means `labels` (n,), numbered from 0, of `z` (n, d).

    Hennig 2007, doi:10.1016/j.csda.2006.11.025: draw rows with replacement, fit anew, compare on the distinct
    rows drawn. A cluster with no row in a resample counts 0 there, since it is lost. Beyond `RESAMPLE_ROWS`
    rows each resample draws that many from all rows, so the cost is bounded; fewer rows make the figure, if
    anything, lower.
    """
    from sklearn.metrics import adjusted_rand_score

    generator = np.random.default_rng([random_seed, n_clusters])
    jaccard = np.zeros((resamples, n_clusters))
    rand_indices = np.zeros(resamples)
    for resample in range(resamples):
        drawn = generator.integers(len(z), size=min(len(z), RESAMPLE_ROWS))
        refit = fit_kmeans(z[drawn], n_clusters, random_seed=random_seed + resample, n_init=RESAMPLE_N_INIT)
        distinct, first_draw = np.unique(drawn, return_index=True)
        before, after = labels[distinct], refit.labels[first_draw]
        jaccard[resample] = _best_jaccard(before, after, n_clusters)
        rand_indices[resample] = adjusted_rand_score(before, after)
    return Stability(jaccard.mean(axis=0), float(rand_indices.mean()))


def _best_jaccard(before: IntArray, after: IntArray, n_clusters: int) -> FloatArray:
    """Per cluster of `before` (k,): its largest Jaccard similarity to a cluster of `after`."""
    common = np.bincount(before * n_clusters + after, minlength=n_clusters**2).reshape(n_clusters, n_clusters)
    union = common.sum(axis=1, keepdims=True) + common.sum(axis=0) - common
    similarity: FloatArray = common / np.maximum(union, 1)
    best: FloatArray = similarity.max(axis=1)
    return best
