"""Segments from month to month: the real Online Retail file, cut at the end of each month from the sixth on.

The model of one cut is held against a fresh fit on the customers of the next, whose clusters are matched to
it. In a growing shop the best clusters themselves move, in recency most. In the median month 95 % of the
customers keep their segment at k = 4, 91 to 95 % at k = 3, and 92 to 93 % at k = 5, the default choice: there
a second sample of the very same customers already moves as many. In single months another fit is best.

Reads `../shared/data` beside the repository; skipped where it is absent.
"""

import csv
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from segmentation.drift import reassigned_share
from segmentation.features import FeatureTransformer, TransformKind
from segmentation.identity import rescale_centroids
from segmentation.k_scan import scan_k
from segmentation.kmeans import FloatArray, IntArray, nearest_two
from segmentation.model import SegmentModel, fit_segment_model

FEATURES = ("recency_days", "frequency", "monetary")
PLAYBOOK_FILE = Path(__file__).resolve().parents[3] / "seeds" / "segment_playbook.csv"
with PLAYBOOK_FILE.open(encoding="utf-8", newline="") as file:
    PLAYBOOK = list(csv.DictReader(file))

MonthlyCustomers = dict[str, list[FloatArray]]


def fit(
    values: FloatArray, n_segments: int, kind: TransformKind, previous: SegmentModel | None = None
) -> SegmentModel:
    return fit_segment_model(
        values,
        features=FEATURES,
        kind=kind,
        n_segments=n_segments,
        random_seed=42,
        monetary_for_order=values[:, 2],
        playbook=PLAYBOOK,
        previous=previous,
    )


def refits(cuts: list[FloatArray], n_segments: int, kind: TransformKind) -> list[SegmentModel]:
    """One model per cut, each fitted with the one before as its previous version."""
    models = [fit(cuts[0], n_segments, kind)]
    for values in cuts[1:]:
        models.append(fit(values, n_segments, kind, models[-1]))
    return models


def segments(model: SegmentModel, values: FloatArray) -> IntArray:
    labels = nearest_two(model.transformer.transform(values), model.centroids).first
    return np.array(model.segment_ids)[labels]


def agreement(frozen: SegmentModel, fresh: SegmentModel, values: FloatArray) -> float:
    return 1 - reassigned_share(segments(frozen, values), segments(fresh, values))


def show(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Print a measurement; on the error stream, which the test processes of pytest-xdist pass on."""
    with capsys.disabled():
        print(f"\n{text}", file=sys.stderr)


def test_the_cuts_end_at_the_published_figures(monthly_customers: MonthlyCustomers) -> None:
    """So the customers below are those of customer_rfm, at the last cut and by the same rules before it."""
    gross, net = monthly_customers["gross"][-1], monthly_customers["net"][-1]
    assert (len(gross), round(gross[:, 2].sum(), 2)) == (4338, 8_911_407.90)
    assert (len(net), round(net[:, 2].sum(), 2)) == (4324, 8_251_690.91)
    for cuts in monthly_customers.values():
        assert len(cuts) == 8
        assert all(len(cut) < len(following) for cut, following in pairwise(cuts))


@pytest.mark.parametrize("kind", ["log1p", "yeo_johnson"])
@pytest.mark.parametrize("basis", ["net", "gross"])
@pytest.mark.parametrize(("n_segments", "median"), [(3, 0.905), (4, 0.95), (5, 0.92)])
def test_frozen_and_refitted_segments_agree(
    monthly_customers: MonthlyCustomers,
    capsys: pytest.CaptureFixture[str],
    n_segments: int,
    median: float,
    basis: str,
    kind: TransformKind,
) -> None:
    """No id changes its meaning, and the median month agrees as far as said above."""
    cuts = monthly_customers[basis]
    models = refits(cuts, n_segments, kind)
    agreements = []
    for (frozen, fresh), values in zip(pairwise(models), cuts[1:], strict=True):
        assert fresh.version_number == frozen.version_number + 1
        assert_ids_keep_their_meaning(frozen, fresh)
        agreements.append(agreement(frozen, fresh, values))
    show(
        capsys,
        f"{n_segments} segments, {basis}, {kind}: frozen and refitted agree on "
        f"{np.median(agreements):.1%} of the customers in the median month, {min(agreements):.1%} in the "
        f"worst; by month {', '.join(f'{each:.3f}' for each in agreements)}",
    )
    assert np.median(agreements) >= median


def assert_ids_keep_their_meaning(frozen: SegmentModel, fresh: SegmentModel) -> None:
    """A kept id keeps key and name, and its centroid is nearest to its own old one; other ids are unused."""
    old = rescale_centroids(frozen.centroids, frozen.transformer, fresh.transformer)
    nearest = cdist(fresh.centroids, old).argmin(axis=1)
    for position, segment_id in enumerate(fresh.segment_ids):
        if segment_id in frozen.segment_ids:
            before = frozen.segment_ids.index(segment_id)
            assert nearest[position] == before
            assert fresh.segment_keys[position] == frozen.segment_keys[before]
            assert fresh.segment_names[position] == frozen.segment_names[before]
        else:
            assert segment_id >= frozen.next_segment_id
            assert fresh.segment_keys[position] not in frozen.segment_keys
    assert len(set(fresh.segment_ids)) == len(set(fresh.segment_keys)) == len(fresh.segment_ids)


def test_at_the_chosen_number_a_month_changes_no_more_than_a_second_sample(
    monthly_customers: MonthlyCustomers, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default settings: whom a refit moves there lies at a border that any other sample moves as well.

    The second sample draws customers of the same cut with replacement; the model fitted on it is held against
    that of the cut as a refit is.
    """
    cuts = monthly_customers["net"]
    z = FeatureTransformer("log1p").fit(cuts[-1]).transform(cuts[-1])
    # The rule takes an eligible elbow, so the other candidates need not be measured.
    chosen_k = scan_k(z, cuts[-1][:, 2], random_seed=42, k_candidates=[5]).chosen_k
    assert chosen_k == 5

    models = refits(cuts, chosen_k, "log1p")
    months, samples, border, everybody = [], [], [], []
    generator = np.random.default_rng(0)
    for (frozen, fresh), values in zip(pairwise(models), cuts[1:], strict=True):
        months.append(agreement(frozen, fresh, values))
        for _ in range(3):
            drawn = values[generator.integers(len(values), size=len(values))]
            samples.append(agreement(fresh, fit(drawn, chosen_k, "log1p", fresh), values))
        nearest = nearest_two(frozen.transformer.transform(values), frozen.centroids)
        confidence = 1 - nearest.first_distance / nearest.second_distance
        moved = segments(frozen, values) != segments(fresh, values)
        border.append(np.median(confidence[moved]))
        everybody.append(np.median(confidence))
    show(
        capsys,
        f"{chosen_k} segments, a second sample of the same customers: median agreement "
        f"{np.median(samples):.1%}, worst {min(samples):.1%}. Median confidence of the customers a refit "
        f"moves: {np.median(border):.2f}, of all: {np.median(everybody):.2f}",
    )
    assert np.median(months) >= np.median(samples) - 0.02
    assert max(border) < 0.5 * min(everybody)
