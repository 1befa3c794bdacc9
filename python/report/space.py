"""The z-scores of sampled customers, their principal components, silhouettes and Ward tree."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from report.customers import Sample
from report.marts import Model
from segmentation.features import FeatureTransformer, TransformKind
from segmentation.silhouettes import SilhouettePlotSample, silhouette_plot_sample

FloatArray = NDArray[np.float64]
# Digits that are kept of what linear algebra computes: machines differ beyond.
DIGITS = 6
SILHOUETTE_ROWS = 1_000
TREE_ROWS = 1_000
TREE_LEAVES = 24


@dataclass(frozen=True)
class PrincipalComponents:
    """Scores (n, d), loadings (d features, d components) and explained shares of variance (d,)."""

    scores: FloatArray
    loadings: FloatArray
    explained: FloatArray


def z_scores(sample: Sample, model: Model) -> FloatArray | None:
    """z-scores (n, d) of the sample in the model's features; None where a value of them is not published."""
    if len(sample.ids) == 0 or any(feature not in sample.features for feature in model.features):
        return None
    transformer = FeatureTransformer.from_parameters(
        cast(TransformKind, model.feature_transform), model.lambdas, model.means, model.scales
    )
    values = np.column_stack([sample.column(feature) for feature in model.features])
    if not np.isfinite(values).all():
        return None
    return transformer.transform(values)


def principal_components(z: FloatArray) -> PrincipalComponents:
    """Principal components of `z` (n, d), largest variance first; the largest loading of each is positive."""
    centred = z - z.mean(axis=0)
    with threadpool_limits(limits=1):
        variances, vectors = np.linalg.eigh(centred.T @ centred / max(len(z) - 1, 1))
        vectors = vectors[:, ::-1]
        largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
        vectors = vectors * np.where(largest < 0, -1.0, 1.0)
        scores = centred @ vectors
    variances = np.maximum(variances[::-1], 0.0)
    total = variances.sum()
    explained = variances / total if total > 0 else np.zeros(len(variances))
    return PrincipalComponents(
        scores.round(DIGITS) + 0.0, vectors.round(DIGITS) + 0.0, explained.round(DIGITS)
    )


def silhouettes(z: FloatArray, sample: Sample, model: Model) -> SilhouettePlotSample | None:
    """Silhouettes of sampled customers in plotting order; None where fewer than two segments are sampled."""
    if len(np.unique(sample.segment_ids)) < 2:
        return None
    return silhouette_plot_sample(
        z, sample.segment_ids, random_seed=model.random_seed, n_rows=SILHOUETTE_ROWS
    )


@dataclass(frozen=True)
class WardTree:
    """The largest branches of a Ward tree, ready to draw.

    `links` holds the four corners (x, height) of each link; `leaves` the customers below each leaf from left
    to right, as rows of the sample; `heights` all merges, ascending.
    """

    links: list[list[tuple[float, float]]]
    leaves: list[list[int]]
    heights: FloatArray
    n_rows: int


def ward_tree(z: FloatArray) -> WardTree | None:
    """Ward linkage of the first rows of `z` (n, d); None where there are fewer than three."""
    from scipy.cluster.hierarchy import dendrogram, linkage, to_tree

    rows = z[:TREE_ROWS].round(DIGITS)
    if len(rows) < 3:
        return None
    merges = linkage(rows, method="ward")
    drawn = dendrogram(merges, p=TREE_LEAVES, truncate_mode="lastp", no_plot=True)
    _, nodes = to_tree(merges, rd=True)
    return WardTree(
        # scipy places leaves at 5, 15, 25 …
        links=[
            [((x - 5) / 10, height) for x, height in zip(xs, heights, strict=True)]
            for xs, heights in zip(drawn["icoord"], drawn["dcoord"], strict=True)
        ],
        leaves=[[int(row) for row in nodes[node].pre_order()] for node in drawn["leaves"] or []],
        heights=merges[:, 2],
        n_rows=len(rows),
    )
