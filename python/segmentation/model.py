"""The segment model: everything needed to score a customer, and how one version follows another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.features import FeatureTransformer, TransformKind
from segmentation.identity import match_centroids, rescale_centroids
from segmentation.kmeans import fit_kmeans
from segmentation.names import SegmentName, assign_names

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


DECILES = np.arange(1, 10) / 10


@dataclass(frozen=True)
class FeatureBins:
    """Deciles of the customers a model was fitted on, per feature.

    `cut_points` (9, d): observed values; a value's bin is the number of cut points strictly below it.
    `shares` (10, d): share of the fitted customers in each bin. Many equal values leave bins empty, so the
    shares are stored and not taken to be a tenth.
    """

    cut_points: FloatArray
    shares: FloatArray


def fit_feature_bins(values: FloatArray) -> FeatureBins:
    """Bins of `values` (n, d) in original units; without customers, cut points and shares of 0."""
    n_features = values.shape[1]
    if len(values) == 0:
        return FeatureBins(np.zeros((len(DECILES), n_features)), np.zeros((len(DECILES) + 1, n_features)))
    cut_points = np.quantile(values, DECILES, axis=0, method="inverted_cdf")
    return FeatureBins(cut_points, bin_shares(cut_points, values))


def bin_shares(cut_points: FloatArray, values: FloatArray) -> FloatArray:
    """Share (10, d) of `values` (n, d) in each bin; n must be 1 or more."""
    columns = []
    for cuts, column in zip(cut_points.T, values.T, strict=True):
        bins = np.searchsorted(cuts, column, side="left")
        columns.append(np.bincount(bins, minlength=len(cuts) + 1) / len(column))
    return np.column_stack(columns)


@dataclass(frozen=True, eq=False)
class SegmentModel:
    """One version of the segments, in order of segment_id; compare versions by `model_version`.

    lambdas (d,) or None, means (d,) and scales (d,) are the parameters of the transform, centroids (k, d)
    are z-scores. `n_segments` is the number asked for: with few distinct customers there are fewer
    segments. `fitted_as_of` is the as-of date of the customers, null where they carry no dates.
    `next_segment_id` is above every id ever given, those of segments that have disappeared included.
    `inertia` is the sum of squared distances in z-scores at the fit.

    `bins` describe the features of the customers at the fit, so that drift away from them can be measured.
    `fitted_because` says why there is this version. Against the version it replaced, where the features were
    the same: `replaced_stability_index` (d,) and `replaced_reassigned_share`, the drift that had built up;
    `new_segment_ids` and `disappeared_segment_keys`, what came and what went.
    """

    version_number: int
    features: tuple[str, ...]
    feature_transform: TransformKind
    lambdas: FloatArray | None
    means: FloatArray
    scales: FloatArray
    centroids: FloatArray
    segment_ids: tuple[int, ...]
    segment_keys: tuple[str, ...]
    segment_names: tuple[str, ...]
    next_segment_id: int
    random_seed: int
    n_segments: int
    fitted_as_of: date | None
    n_customers_fitted: int
    inertia: float
    bins: FeatureBins
    fitted_because: str | None = None
    replaced_stability_index: FloatArray | None = None
    replaced_reassigned_share: float | None = None
    new_segment_ids: tuple[int, ...] = ()
    disappeared_segment_keys: tuple[str, ...] = ()

    @property
    def transformer(self) -> FeatureTransformer:
        """The fitted transform that leads to the z-scores of the centroids."""
        return FeatureTransformer.from_parameters(
            self.feature_transform, self.lambdas, self.means, self.scales
        )

    @property
    def model_version(self) -> str:
        """Twelve hexadecimal digits that change when, and only when, anything that decides a score does."""
        decisive = {
            "features": self.features,
            "feature_transform": self.feature_transform,
            "lambdas": None if self.lambdas is None else _canonical(self.lambdas),
            "means": _canonical(self.means),
            "scales": _canonical(self.scales),
            "centroids": [_canonical(centroid) for centroid in self.centroids],
            "segment_ids": self.segment_ids,
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_rows(self) -> list[dict[str, Any]]:
        """Rows of the table `segment_model`, one per segment, in plain Python types."""
        return [
            {
                "model_version": self.model_version,
                "version_number": self.version_number,
                "segment_id": self.segment_ids[segment],
                "segment_key": self.segment_keys[segment],
                "segment_name": self.segment_names[segment],
                "features": list(self.features),
                "feature_transform": self.feature_transform,
                "lambdas": _listed(self.lambdas),
                "means": self.means.tolist(),
                "scales": self.scales.tolist(),
                "centroid": self.centroids[segment].tolist(),
                "next_segment_id": self.next_segment_id,
                "random_seed": self.random_seed,
                "n_segments": self.n_segments,
                "fitted_as_of": self.fitted_as_of,
                "n_customers_fitted": self.n_customers_fitted,
                "inertia": self.inertia,
                "bin_cut_points": self.bins.cut_points.T.tolist(),
                "bin_shares": self.bins.shares.T.tolist(),
                "fitted_because": self.fitted_because,
                "replaced_stability_index": _listed(self.replaced_stability_index),
                "replaced_reassigned_share": self.replaced_reassigned_share,
                "is_new_segment": self.segment_ids[segment] in self.new_segment_ids,
                "disappeared_segment_keys": list(self.disappeared_segment_keys),
            }
            for segment in range(len(self.segment_ids))
        ]

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, Any]]) -> SegmentModel | None:
        """The model with the highest version number among `rows` of `segment_model`; None without rows."""
        if not rows:
            return None
        version_number = max(row["version_number"] for row in rows)
        version = [row for row in rows if row["version_number"] == version_number]
        version.sort(key=lambda row: int(row["segment_id"]))
        first = version[0]
        return cls(
            version_number=int(version_number),
            features=tuple(first["features"]),
            feature_transform=first["feature_transform"],
            lambdas=None if first["lambdas"] is None else _array(first["lambdas"]),
            means=_array(first["means"]),
            scales=_array(first["scales"]),
            centroids=_array([list(row["centroid"]) for row in version]),
            segment_ids=tuple(int(row["segment_id"]) for row in version),
            segment_keys=tuple(str(row["segment_key"]) for row in version),
            segment_names=tuple(str(row["segment_name"]) for row in version),
            next_segment_id=int(first["next_segment_id"]),
            random_seed=int(first["random_seed"]),
            n_segments=int(first["n_segments"]),
            fitted_as_of=first["fitted_as_of"],
            n_customers_fitted=int(first["n_customers_fitted"]),
            inertia=float(first["inertia"]),
            bins=FeatureBins(_array(first["bin_cut_points"]).T, _array(first["bin_shares"]).T),
            fitted_because=first["fitted_because"],
            replaced_stability_index=(
                None
                if first["replaced_stability_index"] is None
                else _array(first["replaced_stability_index"])
            ),
            replaced_reassigned_share=first["replaced_reassigned_share"],
            new_segment_ids=tuple(int(row["segment_id"]) for row in version if row["is_new_segment"]),
            disappeared_segment_keys=tuple(first["disappeared_segment_keys"]),
        )


def fit_segment_model(
    values: FloatArray,
    *,
    features: Sequence[str],
    kind: TransformKind,
    n_segments: int,
    random_seed: int,
    monetary_for_order: FloatArray,
    playbook: Sequence[Mapping[str, Any]],
    previous: SegmentModel | None = None,
    fitted_as_of: date | None = None,
    n_init: int = 10,
) -> SegmentModel:
    """Fit segments on `values` (n, d), one row per customer, and carry identity over from `previous`.

    The first fit numbers segments by their mean of `monetary_for_order` (n,), 1 the highest, ties by
    centroid. A refit keeps id, key and name of every segment it finds again; new ones take the next free
    ids, by value, and names from `playbook` that the previous version does not have. Other features than
    before make every segment new. Returns `previous` itself where the parameters are the same or there is
    no customer to fit on; with no customer and no previous model, a model without segments.
    """
    values = np.asarray(values, dtype=np.float64)
    if len(values) == 0 and previous is not None:
        return previous
    transformer = FeatureTransformer(kind).fit(values)
    fit = fit_kmeans(transformer.transform(values), n_segments, random_seed=random_seed, n_init=n_init)
    monetary = np.asarray(monetary_for_order, dtype=np.float64)
    mean_monetary = _mean_by_label(monetary, fit.labels, len(fit.centroids))

    matches = _matches(previous, features, transformer, fit.centroids)
    ids, next_segment_id = _segment_ids(previous, matches, mean_monetary)
    names = _segment_names(previous, matches, ids, fit.centroids, features, mean_monetary, playbook)
    by_id = sorted(range(len(ids)), key=ids.__getitem__)
    model = SegmentModel(
        version_number=1 if previous is None else previous.version_number + 1,
        features=tuple(features),
        feature_transform=kind,
        lambdas=transformer.lambdas_,
        means=transformer.means_,
        scales=transformer.scales_,
        centroids=fit.centroids[by_id],
        segment_ids=tuple(ids[segment] for segment in by_id),
        segment_keys=tuple(names[segment].key for segment in by_id),
        segment_names=tuple(names[segment].name for segment in by_id),
        next_segment_id=next_segment_id,
        random_seed=random_seed,
        n_segments=n_segments,
        fitted_as_of=fitted_as_of,
        n_customers_fitted=len(values),
        inertia=fit.inertia,
        bins=fit_feature_bins(values),
        new_segment_ids=tuple(sorted(set(ids) - set(() if previous is None else previous.segment_ids))),
        disappeared_segment_keys=() if previous is None else _disappeared(previous, ids),
    )
    if previous is not None and previous.model_version == model.model_version:
        return previous
    return model


def _matches(
    previous: SegmentModel | None,
    features: Sequence[str],
    transformer: FeatureTransformer,
    centroids: FloatArray,
) -> IntArray:
    """Index in `previous` of each new centroid (k,), -1 for a new segment."""
    if previous is None or previous.features != tuple(features):
        return np.full(len(centroids), -1, dtype=np.int64)
    return match_centroids(
        rescale_centroids(previous.centroids, previous.transformer, transformer), centroids
    )


def _segment_ids(
    previous: SegmentModel | None, matches: IntArray, mean_monetary: FloatArray
) -> tuple[list[int], int]:
    """Id of each new centroid, and the next free id after them."""
    next_id = 1 if previous is None else previous.next_segment_id
    ids = [0] * len(matches)
    # Centroids come in lexicographic order, so a stable sort breaks ties of value by centroid.
    for segment in np.argsort(-mean_monetary, kind="stable"):
        if previous is not None and matches[segment] >= 0:
            ids[segment] = previous.segment_ids[matches[segment]]
        else:
            ids[segment] = next_id
            next_id += 1
    return ids, next_id


def _segment_names(
    previous: SegmentModel | None,
    matches: IntArray,
    ids: Sequence[int],
    centroids: FloatArray,
    features: Sequence[str],
    mean_monetary: FloatArray,
    playbook: Sequence[Mapping[str, Any]],
) -> list[SegmentName]:
    """Kept names where there is a match, new ones elsewhere."""
    new = np.flatnonzero(matches < 0)
    taken_keys = () if previous is None else previous.segment_keys
    given = assign_names(
        centroids[new],
        features,
        mean_monetary[new],
        [ids[segment] for segment in new.tolist()],
        playbook,
        taken_keys,
    )
    names = dict(zip(new.tolist(), given, strict=True))
    if previous is not None:
        for segment in np.flatnonzero(matches >= 0).tolist():
            old = matches[segment]
            names[segment] = SegmentName(previous.segment_keys[old], previous.segment_names[old])
    return [names[segment] for segment in range(len(centroids))]


def _mean_by_label(monetary: FloatArray, labels: IntArray, n_labels: int) -> FloatArray:
    # Summed in order of value: a floating-point mean must not depend on the order of the rows.
    order = np.argsort(monetary, kind="stable")
    sums = np.bincount(labels[order], weights=monetary[order], minlength=n_labels)
    counts = np.bincount(labels, minlength=n_labels)
    return np.asarray(sums / np.maximum(counts, 1), dtype=np.float64)


def _disappeared(previous: SegmentModel, ids: Sequence[int]) -> tuple[str, ...]:
    keys = zip(previous.segment_ids, previous.segment_keys, strict=True)
    return tuple(key for segment_id, key in keys if segment_id not in ids)


def _listed(values: FloatArray | None) -> list[float] | None:
    return None if values is None else list(values.tolist())


def _array(values: Sequence[Any]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _canonical(values: FloatArray) -> list[float]:
    """Rounded to 12 significant digits, so that the last bits of another machine make no new version."""
    return [float(f"{value:.12g}") + 0.0 for value in values]
