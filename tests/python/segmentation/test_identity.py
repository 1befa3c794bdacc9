"""Segments keep their identity from one fit to the next."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from segmentation.features import FeatureTransformer, TransformKind
from segmentation.identity import match_centroids, rescale_centroids


def test_moved_and_renumbered_segments_are_found_again() -> None:
    old = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    new = old[[2, 0, 1]] + 0.3
    assert match_centroids(old, new).tolist() == [2, 0, 1]


def test_a_segment_appears() -> None:
    old = np.array([[0.0], [4.0]])
    assert match_centroids(old, np.array([[0.1], [4.1], [9.0]])).tolist() == [0, 1, -1]


def test_a_segment_disappears() -> None:
    old = np.array([[0.0], [4.0], [9.0]])
    assert match_centroids(old, np.array([[9.2], [0.5]])).tolist() == [2, 0]


def test_an_id_never_takes_over_the_place_of_another() -> None:
    # Both new centroids are nearest to the first old one. Without the rule the Hungarian method pairs 1.8
    # with 4.0, and the old id at 4.0 would then mean what the id at 0.0 means.
    old, new = np.array([[0.0], [4.0]]), np.array([[0.2], [1.8]])
    assert match_centroids(old, new).tolist() == [0, -1]


@pytest.mark.parametrize("seed", range(20))
def test_contract_holds_for_any_two_fits(seed: int) -> None:
    generator = np.random.default_rng(seed)
    old = generator.normal(size=(generator.integers(1, 11), 3))
    new = generator.normal(size=(generator.integers(1, 11), 3))
    matches = match_centroids(old, new)
    nearest_old = cdist(new, old).argmin(axis=1)
    kept = matches >= 0
    assert len(set(matches[kept].tolist())) == kept.sum()
    assert matches[kept].tolist() == nearest_old[kept].tolist()
    # Whatever has a claim is used: an old segment disappears only if no new centroid is nearest to it.
    assert set(matches[kept].tolist()) == set(nearest_old.tolist())


def test_nothing_to_match() -> None:
    assert match_centroids(np.empty((0, 3)), np.zeros((2, 3))).tolist() == [-1, -1]
    assert match_centroids(np.zeros((2, 3)), np.empty((0, 3))).shape == (0,)


@pytest.mark.parametrize("fitted_with", ["log1p", "yeo_johnson", "none"])
@pytest.mark.parametrize("onto", ["log1p", "yeo_johnson", "none"])
def test_centroids_move_by_way_of_the_units(fitted_with: TransformKind, onto: TransformKind) -> None:
    generator = np.random.default_rng(4)
    old = FeatureTransformer(fitted_with).fit(generator.lognormal(size=(300, 2)))
    new = FeatureTransformer(onto).fit(generator.lognormal(mean=1.0, size=(300, 2)))
    places = np.array([[0.5, 3.0], [0.0, 1.0]])  # in units
    np.testing.assert_allclose(
        rescale_centroids(old.transform(places), old, new), new.transform(places), atol=1e-9
    )


def test_rounding_below_zero_does_not_stop_log1p() -> None:
    # The way to z-scores and back takes some zeros to about -1e-17.
    generator = np.random.default_rng(4)
    new = FeatureTransformer("log1p").fit(generator.lognormal(size=(300, 1)))
    below_zero = 0
    for mean, scale in generator.uniform(0.5, 2.0, size=(200, 2)):
        old = FeatureTransformer.from_parameters("log1p", None, [mean], [scale])
        zero = old.transform(np.zeros((1, 1)))
        below_zero += int(old.inverse_transform(zero)[0, 0] < 0)
        np.testing.assert_allclose(
            rescale_centroids(zero, old, new), new.transform(np.zeros((1, 1))), atol=1e-9
        )
    assert below_zero > 0
