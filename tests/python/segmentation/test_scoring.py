"""Scores of customers: segment, confidence, reasons and the next step."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial.distance import cdist

from segmentation import scoring
from segmentation.features import FeatureTransformer, TransformKind
from segmentation.kmeans import fit_kmeans
from segmentation.scoring import RFM_STEPS, FeatureStep, SegmentScores, score, steps_for

pytestmark = pytest.mark.filterwarnings("error")

UNSCALED = FeatureTransformer.from_parameters("none", None, [0.0, 0.0, 0.0], [1.0, 1.0, 1.0])


def value_ranks(
    values: npt.NDArray[np.float64], labels: npt.NDArray[np.int64], n_segments: int
) -> npt.NDArray[np.int64]:
    """1 for the segment with the highest mean of the last feature."""
    means = np.array([values[labels == label, 2].mean() for label in range(n_segments)])
    return np.argsort(np.argsort(-means)) + 1


def next_step_by_trying(
    customer: npt.NDArray[np.float64],
    transformer: FeatureTransformer,
    centroids: npt.NDArray[np.float64],
    ranks: npt.NDArray[np.int64],
    largest: tuple[int, int],
) -> tuple[int, float]:
    """Feature and target of the smallest move in z-scores, found by scoring every whole value."""
    recency, frequency, monetary = customer
    trials = [
        (0, np.arange(np.ceil(recency) - 1, -1, -1)),
        (1, np.arange(np.floor(frequency) + 1, largest[0])),
        (2, np.arange(np.floor(monetary) + 1, largest[1])),
    ]
    z = transformer.transform(customer[None])
    own_rank = ranks[cdist(z, centroids).argmin()]
    best = (-1, np.nan, np.inf)
    for feature, targets in trials:
        changed = np.repeat(customer[None], len(targets), axis=0)
        changed[:, feature] = targets
        changed_z = transformer.transform(changed)
        reached = ranks[cdist(changed_z, centroids).argmin(axis=1)] < own_rank
        if reached.any():
            first = int(reached.argmax())
            move = abs(changed_z[first, feature] - z[0, feature])
            if move < best[2]:
                best = (feature, float(targets[first]), move)
    return best[0], best[1]


@pytest.mark.parametrize("kind", ["log1p", "yeo_johnson", "none"])
@pytest.mark.parametrize("n_segments", [2, 5, 8])
def test_next_step_is_the_smallest_by_trying_every_value(kind: TransformKind, n_segments: int) -> None:
    generator = np.random.default_rng(6)
    values = np.column_stack(
        [
            generator.integers(1, 120, 400),
            generator.geometric(0.3, 400),
            np.round(generator.lognormal(4.0, 0.8, 400), 2),
        ]
    ).astype(np.float64)
    transformer = FeatureTransformer(kind).fit(values)
    fit = fit_kmeans(transformer.transform(values), n_segments, random_seed=1)
    ranks = value_ranks(values, fit.labels, n_segments)
    scores = score(values, transformer, fit.centroids, ranks)
    for row in range(60):
        expected = next_step_by_trying(values[row], transformer, fit.centroids, ranks, largest=(400, 20_000))
        found = (int(scores.step_feature[row]), float(scores.step_value[row]))
        # Trying ends at `largest`: only a step beyond it may be missing there.
        if expected[0] == -1 and found[0] != -1:
            assert found[1] >= (0, 400, 20_000)[found[0]]
            continue
        assert found == pytest.approx(expected, nan_ok=True), values[row]


def test_every_step_on_online_retail_reaches_a_better_segment(
    online_retail_rfm: npt.NDArray[np.float64],
) -> None:
    """Real data (`../shared/data`): all steps scored again; whole units, in the way a customer can go."""
    values = online_retail_rfm
    transformer = FeatureTransformer("log1p").fit(values)
    fit = fit_kmeans(transformer.transform(values), 5, random_seed=42)
    ranks = value_ranks(values, fit.labels, 5)
    scores = score(values, transformer, fit.centroids, ranks)
    assert scores.segment.tolist() == fit.labels.tolist()
    assert ((scores.step_feature == -1) == (ranks[scores.segment] == 1)).all()

    rows = np.flatnonzero(scores.step_feature >= 0)
    features, targets = scores.step_feature[rows], scores.step_value[rows]
    changed = values[rows]
    changed[np.arange(len(rows)), features] = targets
    reached = score(changed, transformer, fit.centroids, ranks).segment
    assert (ranks[reached] < ranks[scores.segment[rows]]).all()
    assert (targets == np.round(targets)).all()
    now = values[rows, features]
    assert (targets[features == 0] < now[features == 0]).all()
    assert (targets[features == 0] >= 0).all()
    assert (targets[features > 0] > now[features > 0]).all()


def test_a_step_that_lands_on_the_border_goes_one_unit_on() -> None:
    # The border lies at 3 orders exactly, where the tie goes to the lower index, the lesser segment.
    centroids = np.array([[0.0, 1.0, 0.0], [0.0, 5.0, 0.0]])
    scores = score(np.array([[0.0, 2.0, 0.0]]), UNSCALED, centroids, [2, 1])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([1], [4.0])


def test_a_cell_narrower_than_a_unit_is_passed_over() -> None:
    # Between 2.4 and 2.6 orders lies a better segment that no whole number reaches; the next begins at 5.5.
    centroids = np.array([[0.0, 2.3, 0.0], [0.0, 2.5, 0.0], [0.0, 2.7, 0.0], [0.0, 8.3, 0.0]])
    scores = score(np.array([[0.0, 2.0, 0.0]]), UNSCALED, centroids, [3, 2, 4, 1])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([1], [6.0])


@pytest.mark.parametrize("aside", [3.0, 0.5])
def test_a_segment_hidden_behind_another_does_not_hide_the_one_beyond(aside: float) -> None:
    # The second segment lies at the orders of the third, but is further off at any number of orders.
    centroids = np.array([[0.0, 0.0, 0.0], [aside, 4.0, 0.0], [0.0, 4.0, 0.0], [0.0, 9.0, 0.0]])
    scores = score(np.array([[0.0, 0.0, 0.0]]), UNSCALED, centroids, [3, 2, 4, 1])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([1], [7.0])


def test_only_the_ways_a_customer_can_go() -> None:
    # The better segment differs by more days of absence and by less money: nobody is told to spend less.
    centroids = np.array([[10.0, 1.0, 5.0], [30.0, 1.0, 1.0]])
    scores = score(np.array([[10.0, 1.0, 5.0]]), UNSCALED, centroids, [2, 1])
    assert scores.step_feature.tolist() == [-1]
    assert np.isnan(scores.step_value).all()


@pytest.mark.parametrize("better_centroid", [-4.0, -3.0])
def test_recency_does_not_fall_below_today(better_centroid: float) -> None:
    centroids = np.array([[2.0, 0.0, 0.0], [better_centroid, 0.0, 0.0]])
    assert score(np.array([[3.0, 0.0, 0.0]]), UNSCALED, centroids, [2, 1]).step_feature.tolist() == [-1]


@pytest.mark.parametrize("better_centroid", [-1.5, 0.0])
def test_recency_may_fall_to_today(better_centroid: float) -> None:
    # The border lies at a quarter of a day, or at one day exactly, where the tie goes to the lesser segment.
    centroids = np.array([[2.0, 0.0, 0.0], [better_centroid, 0.0, 0.0]])
    scores = score(np.array([[3.0, 0.0, 0.0]]), UNSCALED, centroids, [2, 1])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([0], [0.0])


def test_of_two_equal_moves_the_first_feature_is_taken() -> None:
    centroids = np.array([[0.0, 0.0, 0.0], [0.0, 4.0, 4.0]])
    scores = score(np.zeros((1, 3)), UNSCALED, centroids, [2, 1])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([1], [5.0])


def test_a_segment_touched_at_a_single_value_is_reached() -> None:
    # At 2 orders all three segments tie, which goes to the lowest index; before and after it is out of reach.
    centroids = np.array([[2.0, 2.0, 0.0], [0.0, 0.0, 0.0], [0.0, 4.0, 0.0]])
    scores = score(np.zeros((1, 3)), UNSCALED, centroids, [1, 2, 3])
    assert (scores.step_feature.tolist(), scores.step_value.tolist()) == ([1], [2.0])


def test_other_features_move_either_way_and_unrounded() -> None:
    transformer = FeatureTransformer.from_parameters("none", None, [0.0], [1.0])
    values = np.array([[3.0], [-3.0], [0.0]])
    scores = score(values, transformer, np.array([[-2.0], [0.0], [2.0]]), [2, 1, 3], (FeatureStep(),))
    assert scores.step_feature.tolist() == [0, 0, -1]
    # From 3 the middle segment, rank 1, begins at 1 and from -3 at -1.
    np.testing.assert_allclose(scores.step_value[:2], [1.0, -1.0], atol=1e-5)
    assert scores.reason_features.tolist() == [[0], [0], [0]]


@pytest.mark.parametrize(("better_centroid", "target"), [(9.0, 10.0), (12.0, 10.0), (20.0, 15.0)])
def test_targets_are_multiples_of_the_unit(better_centroid: float, target: float) -> None:
    # Borders at 5 (where the tie goes to the lesser segment), at 6.5 and at 10.5.
    transformer = FeatureTransformer.from_parameters("none", None, [0.0], [1.0])
    centroids = np.array([[1.0], [better_centroid]])
    scores = score(np.array([[2.0]]), transformer, centroids, [2, 1], (FeatureStep("up", unit=5.0),))
    assert scores.step_value.tolist() == [target]


def test_no_step_leads_below_0_under_log1p() -> None:
    transformer = FeatureTransformer.from_parameters("log1p", None, [0.0], [1.0])
    centroids = np.array([[0.5], [-1.0]])  # the border lies at 0.22 below 0
    scores = score(np.array([[1.0]]), transformer, centroids, [2, 1], (FeatureStep(),))
    assert scores.step_feature.tolist() == [-1]


def test_steps_of_named_features() -> None:
    assert steps_for(["monetary", "age", "recency_days"]) == (RFM_STEPS[2], FeatureStep("none"), RFM_STEPS[0])


def test_confidence_runs_from_the_border_to_the_centroid() -> None:
    centroids = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 4.0]])
    values = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 2.0]])
    scores = score(values, UNSCALED, centroids, [2, 1])
    np.testing.assert_allclose(scores.confidence, [1.0, 1 - 1 / 3, 0.0])
    assert scores.runner_up.tolist() == [1, 1, 1]
    assert scores.distance.tolist() == [0.0, 1.0, 2.0]
    near = score(values[1:2] / 8, UNSCALED, centroids / 8, [2, 1])
    np.testing.assert_allclose(near.confidence, [1 - 1 / 3])


def test_equal_centroids_leave_no_confidence() -> None:
    scores = score(np.zeros((1, 3)), UNSCALED, np.zeros((2, 3)), [1, 2])
    assert scores.confidence.tolist() == [0.0]


def test_a_single_segment_is_certain_and_has_no_next_step() -> None:
    scores = score(np.ones((2, 3)), UNSCALED, np.zeros((1, 3)), [1])
    assert scores.confidence.tolist() == [1.0, 1.0]
    assert scores.runner_up.tolist() == [-1, -1]
    assert scores.step_feature.tolist() == [-1, -1]


def test_reasons_are_the_features_furthest_from_the_average() -> None:
    values = np.array([[0.5, -2.0, 1.0], [1.0, -1.0, 1.0], [0.0, 0.0, 3.0]])
    scores = score(values, UNSCALED, np.zeros((1, 3)), [1])
    assert scores.reason_features.tolist() == [[1, 2], [0, 1], [2, 0]]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(9).lognormal(2.0, 1.0, size=(200, 3))
    transformer = FeatureTransformer("log1p").fit(values)
    fit = fit_kmeans(transformer.transform(values), 4, random_seed=1)
    ranks = value_ranks(values, fit.labels, 4)
    whole = score(values, transformer, fit.centroids, ranks)
    monkeypatch.setattr(scoring, "CHUNK_ROWS", 7)
    blocks = score(values, transformer, fit.centroids, ranks)
    for name in SegmentScores.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(whole, name), getattr(blocks, name))


@pytest.mark.parametrize("n_segments", [0, 1, 3])
def test_no_customers_give_typed_empty_arrays(n_segments: int) -> None:
    scores = score(np.empty((0, 3)), UNSCALED, np.zeros((n_segments, 3)), list(range(1, n_segments + 1)))
    for name, dtype in itertools.chain(
        ((n, np.int64) for n in ("segment", "runner_up", "step_feature")),
        ((n, np.float64) for n in ("distance", "confidence", "step_value")),
    ):
        assert getattr(scores, name).shape == (0,)
        assert getattr(scores, name).dtype == dtype
    assert scores.reason_features.shape == (0, 2)


def test_steps_and_ranks_must_fit() -> None:
    with pytest.raises(ValueError, match="3 steps for 2 features"):
        score(np.zeros((1, 2)), UNSCALED, np.zeros((1, 2)), [1])
    with pytest.raises(ValueError, match="1 ranks for 2 segments"):
        score(np.zeros((1, 3)), UNSCALED, np.zeros((2, 3)), [1])
