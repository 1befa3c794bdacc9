"""Customers drawn from segments known in advance are found again; where there are no segments, it is said.

Recency, frequency and monetary go the whole way that a build takes them: transform, scan, fit and scoring.
"""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation.features import FeatureTransformer, TransformKind
from segmentation.k_scan import scan_k
from segmentation.kmeans import FloatArray, IntArray, nearest_two
from segmentation.model import fit_segment_model

FEATURES = ("recency_days", "frequency", "monetary")

# Median days since the last order, orders and money of each segment, and its number of customers.
SEGMENTS = [
    ((8.0, 40.0, 12_000.0), 150),  # come often and spend most
    ((45.0, 8.0, 1_000.0), 500),  # steady
    ((12.0, 1.0, 60.0), 400),  # new
    ((200.0, 6.0, 5_000.0), 250),  # large orders, long ago
    ((300.0, 1.0, 90.0), 700),  # once, long ago
]


def customers(
    segments: list[tuple[tuple[float, float, float], int]], seed: int
) -> tuple[FloatArray, IntArray]:
    """Customers (n, 3) in shuffled order and their segments (n,): whole days and orders, money in pence."""
    generator = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(segments)), [size for _, size in segments])
    medians = np.array([median for median, _ in segments])[truth]
    drawn = medians * generator.lognormal(0.0, [0.3, 0.25, 0.4], size=medians.shape)
    values = np.column_stack(
        [np.maximum(np.round(drawn[:, :2]), 1), np.round(drawn[:, 2], 2)],
    )
    order = generator.permutation(len(values))
    return values[order], truth[order]


@pytest.mark.parametrize(
    ("n_segments", "kind"), [(3, "log1p"), (4, "log1p"), (5, "log1p"), (5, "yeo_johnson")]
)
def test_known_segments_are_recovered(n_segments: int, kind: TransformKind) -> None:
    """The scan finds their number, and the segments are those the customers were drawn from."""
    values, truth = customers(SEGMENTS[:n_segments], seed=n_segments)
    z = FeatureTransformer(kind).fit(values).transform(values)
    scan = scan_k(z, values[:, 2], random_seed=42, k_candidates=range(2, 7))
    assert (scan.chosen_k, scan.is_clear) == (n_segments, True), scan.verdict

    model = fit_segment_model(
        values,
        features=FEATURES,
        kind=kind,
        n_segments=scan.chosen_k,
        random_seed=42,
        monetary_for_order=values[:, 2],
        playbook=[],
    )
    # Scored as new customers are: others, drawn from the same segments.
    others, their_truth = customers(SEGMENTS[:n_segments], seed=100 + n_segments)
    for scored, known in ((values, truth), (others, their_truth)):
        labels = nearest_two(model.transformer.transform(scored), model.centroids).first
        assert adjusted_rand_score(known, labels) >= 0.95


@pytest.mark.parametrize("seed", range(3))
def test_uniform_noise_has_no_clear_k(seed: int) -> None:
    """Features that are uniform and have nothing to do with each other, in the units of a shop."""
    z = np.random.default_rng(seed).uniform(size=(2_000, 3))
    values = np.column_stack([z[:, 0] * 365, z[:, 1] * 20, z[:, 2] * 1_000])
    z = FeatureTransformer("none").fit(values).transform(values)
    scan = scan_k(z, values[:, 2], random_seed=42, k_candidates=range(2, 7))
    assert not scan.is_clear
    assert not any(row.is_eligible for row in scan.rows)
    assert scan.verdict.startswith("No clear k: no candidate is eligible (")
