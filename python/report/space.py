"""The z-scores of sampled customers, their principal components, silhouettes and Ward tree."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from report.customers import Sample
from report.marts import Model
from segmentation.features import FeatureTransformer, TransformKind

FloatArray = NDArray[np.float64]
# Digits that are kept of what linear algebra computes: machines differ beyond.
DIGITS = 6


@dataclass(frozen=True)
class PrincipalComponents:
    """Scores (n, d), loadings (d features, d components) and explained shares of variance (d,)."""

    scores: FloatArray
    loadings: FloatArray
    explained: FloatArray


def z_scores(sample: Sample, model: Model) -> FloatArray | None:
    """z-scores (n, d) of the sample in the model's features; None where a feature is not published."""
    if len(sample.ids) == 0 or any(feature not in sample.features for feature in model.features):
        return None
    transformer = FeatureTransformer.from_parameters(
        cast(TransformKind, model.feature_transform), model.lambdas, model.means, model.scales
    )
    values = np.column_stack([sample.column(feature) for feature in model.features])
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
