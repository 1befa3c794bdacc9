"""Names of segments, with the playbook that is shipped."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from segmentation.features import FeatureTransformer, TransformKind
from segmentation.kmeans import fit_kmeans
from segmentation.names import PLAYBOOK_COLUMNS, PLAYBOOK_FEATURES, SegmentName, assign_names

PLAYBOOK_FILE = Path(__file__).resolve().parents[3] / "seeds" / "segment_playbook.csv"


@pytest.fixture(scope="module")
def playbook() -> list[dict[str, Any]]:
    with PLAYBOOK_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(
    values: npt.NDArray[np.float64], n_segments: int, kind: TransformKind, playbook: list[dict[str, Any]]
) -> list[str]:
    """Names of the segments of a fit on recency, frequency and monetary, best first."""
    z = FeatureTransformer(kind).fit(values).transform(values)
    fit = fit_kmeans(z, n_segments, random_seed=42)
    means = np.array([values[fit.labels == label, 2].mean() for label in range(n_segments)])
    ids = (np.argsort(np.argsort(-means)) + 1).tolist()
    names = assign_names(fit.centroids, PLAYBOOK_FEATURES, means, ids, playbook)
    return [names[segment].name for segment in np.argsort(-means)]


def test_playbook_is_complete(playbook: list[dict[str, Any]]) -> None:
    assert len(playbook) >= 10
    assert [int(row["value_order"]) for row in playbook] == list(range(1, len(playbook) + 1))
    for row in playbook:
        assert all(value.strip() for value in row.values()), row["segment_key"]
    assert len({row["segment_key"] for row in playbook}) == len(playbook)
    assert len({row["segment_name"] for row in playbook}) == len(playbook)


def test_each_prototype_gets_its_own_name(playbook: list[dict[str, Any]]) -> None:
    positions = np.array([[float(row[column]) for column in PLAYBOOK_COLUMNS] for row in playbook])
    means = -np.arange(len(playbook), dtype=np.float64)
    names = assign_names(positions, PLAYBOOK_FEATURES, means, range(1, len(playbook) + 1), playbook)
    assert names == [SegmentName(row["segment_key"], row["segment_name"]) for row in playbook]


@pytest.mark.parametrize(
    ("n_segments", "expected"),
    [
        (2, ["Loyal customers", "Occasional buyers"]),
        (3, ["Champions", "Steady customers", "Occasional buyers"]),
        (4, ["Champions", "Steady customers", "Promising newcomers", "Hibernating customers"]),
        (
            5,
            ["Champions", "Loyal customers", "Slipping away", "Recent one-time buyers", "Lost customers"],
        ),
    ],
)
def test_names_on_online_retail(
    n_segments: int,
    expected: list[str],
    online_retail_rfm: npt.NDArray[np.float64],
    playbook: list[dict[str, Any]],
) -> None:
    """Real data (`../shared/data`): names that a person gave the nod to."""
    assert named(online_retail_rfm, n_segments, "log1p", playbook) == expected


@pytest.mark.parametrize("kind", ["log1p", "yeo_johnson"])
@pytest.mark.parametrize("n_segments", range(2, 11))
def test_names_on_online_retail_are_unique_ordered_and_never_missing(
    n_segments: int,
    kind: TransformKind,
    online_retail_rfm: npt.NDArray[np.float64],
    playbook: list[dict[str, Any]],
) -> None:
    """Real data (`../shared/data`): every k gets playbook names, in the playbook's order of value."""
    order = {row["segment_name"]: int(row["value_order"]) for row in playbook}
    positions = [order[name] for name in named(online_retail_rfm, n_segments, kind, playbook)]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("seed", range(20))
def test_more_money_never_gets_the_lesser_name(seed: int, playbook: list[dict[str, Any]]) -> None:
    generator = np.random.default_rng(seed)
    n_segments = int(generator.integers(2, 11))
    centroids, means = generator.normal(size=(n_segments, 3)), generator.uniform(size=n_segments)
    names = assign_names(centroids, PLAYBOOK_FEATURES, means, range(1, n_segments + 1), playbook)
    assert len({name.key for name in names}) == len({name.name for name in names}) == n_segments
    order = {row["segment_key"]: int(row["value_order"]) for row in playbook}
    by_value = [names[segment].key for segment in np.argsort(-means)]
    positions = [order[key] for key in by_value if key in order]
    assert positions == sorted(positions)


def test_the_matching_is_the_cheapest_in_order(playbook: list[dict[str, Any]]) -> None:
    """Against all ordered choices of three prototypes, where none is further than the limit."""
    from itertools import combinations

    positions = np.array([[float(row[column]) for column in PLAYBOOK_COLUMNS] for row in playbook])
    centroids = np.array([[-0.9, 1.1, 1.2], [0.2, 0.3, 0.2], [0.6, -0.7, -0.8]])
    cheapest = min(
        combinations(range(len(playbook)), 3),
        key=lambda chosen: float(((centroids - positions[list(chosen)]) ** 2).sum()),
    )
    names = assign_names(centroids, PLAYBOOK_FEATURES, np.array([3.0, 2.0, 1.0]), [1, 2, 3], playbook)
    assert [name.key for name in names] == [playbook[row]["segment_key"] for row in cheapest]


def test_a_segment_far_from_every_prototype_is_for_review(playbook: list[dict[str, Any]]) -> None:
    centroids = np.array([[-1.0, 8.0, 9.0], [0.0, 0.1, 0.1]])
    names = assign_names(centroids, PLAYBOOK_FEATURES, np.array([9.0, 1.0]), [7, 8], playbook)
    assert names[0] == SegmentName("unnamed_segment_7", "Unnamed segment 7 – review")  # noqa: RUF001
    assert names[1].name == "Steady customers"


def test_a_far_segment_of_little_value_leaves_the_better_names_alone(playbook: list[dict[str, Any]]) -> None:
    centroids = np.array([[-1.3, 1.9, 1.7], [9.0, -1.0, -1.0], [1.2, -0.8, -1.0]])
    names = assign_names(centroids, PLAYBOOK_FEATURES, np.array([3.0, 2.0, 1.0]), [1, 2, 3], playbook)
    assert [name.key for name in names] == ["champions", "unnamed_segment_2", "lost_customers"]


@pytest.mark.parametrize(("distance", "key"), [(1.9, "middle"), (2.1, "unnamed_segment_1")])
def test_a_name_reaches_two_standard_deviations(distance: float, key: str) -> None:
    playbook = [
        {
            "segment_key": "middle",
            "segment_name": "Middle",
            "value_order": 1,
            **dict.fromkeys(PLAYBOOK_COLUMNS, 0),
        }
    ]
    centroid = np.array([[distance, 0.0, 0.0]])
    (name,) = assign_names(centroid, PLAYBOOK_FEATURES, np.ones(1), [1], playbook)
    assert name.key == key


def test_the_bounds_of_the_levels_belong_to_the_stronger_word() -> None:
    centroids = np.array([[0.25, -0.25], [1.5, -1.5], [0.24, -0.24], [1.49, -1.49]])
    names = assign_names(centroids, ["age", "visits"], np.arange(4.0, 0.0, -1.0), [1, 2, 3, 4], [])
    assert [name.name for name in names] == [
        "High age, low visits",
        "Very high age, very low visits",
        "Average age, average visits",
        "High age, low visits 2",
    ]


def test_features_in_another_order_get_the_same_names(playbook: list[dict[str, Any]]) -> None:
    centroids = np.array([[-1.2, 1.8, 1.6], [1.1, -0.8, -1.0]])
    means = np.array([2.0, 1.0])
    straight = assign_names(centroids, PLAYBOOK_FEATURES, means, [1, 2], playbook)
    turned = assign_names(centroids[:, ::-1], PLAYBOOK_FEATURES[::-1], means, [1, 2], playbook)
    assert straight == turned
    assert straight[0].name == "Champions"


def test_taken_names_are_not_given_again(playbook: list[dict[str, Any]]) -> None:
    centroids = np.array([[-1.2, 1.8, 1.6]])
    names = assign_names(centroids, PLAYBOOK_FEATURES, np.array([2.0]), [6], playbook, ["champions"])
    assert names[0].name == "Loyal customers"


def test_other_features_are_named_by_their_levels() -> None:
    centroids = np.array([[1.6, 1.7], [0.8, -0.4], [0.7, -0.5], [0.1, 0.2], [0.9, -0.6]])
    means = np.arange(5.0, 0.0, -1.0)
    names = assign_names(centroids, ["monetary", "frequency"], means, [1, 2, 3, 4, 5], [])
    assert [name.name for name in names] == [
        "Very high monetary, very high frequency",
        "High monetary, low frequency",
        "High monetary, low frequency 2",
        "Average monetary, average frequency",
        "High monetary, low frequency 3",
    ]
    assert names[1].key == "high_monetary_low_frequency"


def test_further_features_tell_equal_names_apart() -> None:
    centroids = np.array([[0.9, 0.8, 0.3], [0.9, 0.8, -0.5]])
    names = assign_names(centroids, ["monetary", "age", "tenure_days"], np.array([2.0, 1.0]), [1, 2], [])
    assert [name.name for name in names] == [
        "High monetary, high age",
        "High monetary, high age, low tenure days",
    ]


def test_a_playbook_with_a_name_twice_is_refused(playbook: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="segment_key 'vips' more than once"):
        assign_names(np.zeros((1, 3)), PLAYBOOK_FEATURES, np.ones(1), [1], [*playbook, playbook[0]])
