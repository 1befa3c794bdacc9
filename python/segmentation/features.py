"""From measured features to the z-scores in which segments are found.

A transform makes skewed features comparable (log1p, Yeo-Johnson or none), a standard scaler follows. Every
learned parameter is kept, so that SQL or a later run can apply the same transform without fitting again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
TransformKind = Literal["log1p", "yeo_johnson", "none"]

# 0.6745 is the third quartile of the standard normal: it makes the MAD comparable with a standard deviation.
MAD_FACTOR = 0.6745
# For a normal sample the standard deviation is 1.253314 mean absolute deviations (square root of pi / 2).
MEAN_DEVIATION_FACTOR = 1 / 1.253314


class FeatureTransformer:
    """Transform and standardise features; learned attributes end in an underscore.

    `kind` is `log1p` (for amounts and counts, which are never negative), `yeo_johnson` (any sign, the power
    chosen by maximum likelihood) or `none`. `lambdas_` has shape (d,) for `yeo_johnson` and is None
    otherwise; `means_` and `scales_` have shape (d,) and refer to the transformed values. The scale of a
    constant feature is 1, so its z-scores are 0.
    """

    def __init__(self, kind: TransformKind = "log1p") -> None:
        """Choose the transform; raises ValueError for an unknown one."""
        if kind not in get_args(TransformKind):
            raise ValueError(
                f"feature_transform is '{kind}': use one of {', '.join(get_args(TransformKind))}."
            )
        self.kind: TransformKind = kind
        self.lambdas_: FloatArray | None = None
        self.means_: FloatArray
        self.scales_: FloatArray

    @classmethod
    def from_parameters(
        cls,
        kind: TransformKind,
        lambdas: FloatArray | list[float] | None,
        means: FloatArray | list[float],
        scales: FloatArray | list[float],
    ) -> Self:
        """Rebuild a fitted transformer from stored parameters, each of shape (d,)."""
        transformer = cls(kind)
        transformer.lambdas_ = None if lambdas is None else np.asarray(lambdas, dtype=np.float64)
        transformer.means_ = np.asarray(means, dtype=np.float64)
        transformer.scales_ = np.asarray(scales, dtype=np.float64)
        if kind == "yeo_johnson" and transformer.lambdas_ is None:
            raise ValueError("feature_transform 'yeo_johnson' needs one lambda per feature: none is stored.")
        return transformer

    def fit(self, values: FloatArray) -> Self:
        """Learn lambdas, means and scales from `values` (n, d), whatever the order of the rows.

        Raises ValueError for missing or infinite values, and for negative ones under `log1p`.
        """
        from sklearn.preprocessing import StandardScaler

        # Sorted columns: a floating-point sum, and so a mean, must not depend on the order of the rows.
        values = np.sort(self._checked(values), axis=0)
        n_features = values.shape[1]
        self.lambdas_ = _fitted_lambdas(values) if self.kind == "yeo_johnson" else None
        if len(values) == 0:
            self.means_, self.scales_ = np.zeros(n_features), np.ones(n_features)
            return self
        scaler = StandardScaler().fit(self.transformed(values))
        self.means_ = np.asarray(scaler.mean_, dtype=np.float64)
        self.scales_ = np.asarray(scaler.scale_, dtype=np.float64)
        return self

    def transformed(self, values: FloatArray) -> FloatArray:
        """The values (n, d) after the transform and before scaling."""
        values = self._checked(values)
        if self.kind == "none":
            return values.copy()
        if self.kind == "log1p":
            return np.asarray(np.log1p(values), dtype=np.float64)
        from scipy.special import boxcox1p

        # Yeo-Johnson (2000) is the Box-Cox transform of 1 + x, mirrored with 2 - lambda below zero.
        lambdas = self._lambdas()
        magnitude = np.abs(values)
        transformed = np.where(values < 0, -boxcox1p(magnitude, 2 - lambdas), boxcox1p(magnitude, lambdas))
        return np.asarray(transformed, dtype=np.float64)

    def transform(self, values: FloatArray) -> FloatArray:
        """The z-scores (n, d) of `values` (n, d)."""
        return (self.transformed(values) - self.means_) / self.scales_

    def inverse_transform(self, z: FloatArray) -> FloatArray:
        """The values (n, d) that have the z-scores `z` (n, d); nan or inf where no value has them."""
        transformed = np.asarray(z, dtype=np.float64) * self.scales_ + self.means_
        if self.kind == "none":
            return np.asarray(transformed, dtype=np.float64)
        if self.kind == "log1p":
            with np.errstate(over="ignore"):
                return np.asarray(np.expm1(transformed), dtype=np.float64)
        from scipy.special import inv_boxcox1p

        lambdas = self._lambdas()
        magnitude = np.abs(transformed)
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.where(
                transformed < 0, -inv_boxcox1p(magnitude, 2 - lambdas), inv_boxcox1p(magnitude, lambdas)
            )
        return np.asarray(values, dtype=np.float64)

    def _checked(self, values: FloatArray) -> FloatArray:
        values = np.asarray(values, dtype=np.float64)
        if values.ndim != 2:
            raise ValueError(f"Features must have two dimensions (customers, features), found {values.ndim}.")
        missing = np.argwhere(~np.isfinite(values))
        if len(missing):
            row, feature = missing[0]
            raise ValueError(
                f"Feature {feature} is {values[row, feature]} in row {row}: "
                "impute missing values before the transform."
            )
        negative = np.argwhere(values < 0) if self.kind == "log1p" else missing
        if len(negative):
            row, feature = negative[0]
            raise ValueError(
                f"Feature {feature} is {values[row, feature]} in row {row}: log1p needs values of 0 or more; "
                "use feature_transform 'yeo_johnson' or 'none'."
            )
        return values

    def _lambdas(self) -> FloatArray:
        if self.lambdas_ is None:
            raise ValueError("The Yeo-Johnson transform has no lambdas yet: call fit first.")
        return self.lambdas_


@dataclass(frozen=True)
class RobustBounds:
    """What is usual of transformed features: medians (d,), and how far from them is usual (d,)."""

    medians: FloatArray
    distances: FloatArray

    def outside(self, transformed: FloatArray) -> NDArray[np.bool_]:
        """Which rows of `transformed` (n, d) lie outside in any feature; shape (n,)."""
        is_far = np.abs(transformed - self.medians) > self.distances
        return np.asarray(is_far.any(axis=1), dtype=np.bool_)


def robust_bounds(transformed: FloatArray, threshold: float = 3.5) -> RobustBounds:
    """Where the values of `transformed` (n, d), of one row at least, begin to be outliers.

    Far is a modified z-score above `threshold` (Iglewicz and Hoaglin 1993): 0.6745 (x - median) / MAD.
    Where more than half of the values are equal the MAD is 0, and the mean absolute deviation about the
    median takes its place; where that is 0 too, the feature marks nobody.
    """
    medians = np.median(transformed, axis=0)
    deviation = np.abs(transformed - medians)
    median_deviation = np.median(deviation, axis=0)
    # Sorted, because a floating-point mean must not depend on the order of the rows.
    mean_deviation = np.sort(deviation, axis=0).mean(axis=0)
    use_median = median_deviation > 0
    spread = np.where(use_median, median_deviation / MAD_FACTOR, mean_deviation / MEAN_DEVIATION_FACTOR)
    return RobustBounds(np.asarray(medians), np.asarray(threshold * spread))


def _fitted_lambdas(values: FloatArray) -> FloatArray:
    """Yeo-Johnson lambdas (d,) by maximum likelihood; 1, the identity, for a constant feature."""
    from sklearn.preprocessing import PowerTransformer

    if not len(values):
        return np.ones(values.shape[1])
    power = PowerTransformer(method="yeo-johnson", standardize=False).fit(values)
    return np.asarray(power.lambdas_, dtype=np.float64)
