"""The function score_customer on segments laid out by hand: confidence, ties, versions, transforms, none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaigns.shops import HEADERS, line, write_csv
from campaigns.sql_models import build_in_memory
from segmentation.features import FeatureTransformer, TransformKind

FEATURES = ("recency_days", "frequency", "monetary")
# Segments (id, centroid, version); the distances are along recency, in z-scores of one day.
Segments = list[tuple[int, float, str]]


AS_IT_IS = FeatureTransformer.from_parameters("none", None, [0.0] * 3, [1.0] * 3)


def scored(
    segments: Segments,
    folder: Path,
    transformer: FeatureTransformer = AS_IT_IS,
    customer: tuple[float, ...] = (0, 0, 0),
) -> list[tuple[Any, ...]]:
    """What score_customer says of a customer: key, distance, runner-up, confidence, rank, version."""
    shop = write_csv(folder / "shop.csv", HEADERS, [line()])
    models = build_in_memory(folder, {"invoices": str(shop)})
    with models.connection as connection:
        connection.execute(
            """
            create table models (
                segment_id integer, segment_key varchar, segment_name varchar,
                model_version varchar, feature_transform varchar,
                lambdas double[], means double[], scales double[], centroid double[]
            );
            create table profiles (segment_id integer, model_version varchar, value_rank integer);
            create table features (position integer, feature varchar, column_name varchar, level varchar,
                is_attribute boolean);
            """
        )
        for position, name in enumerate(FEATURES, start=1):
            connection.execute("insert into features values (?, ?, ?, null, false)", [position, name, name])
        for segment_id, centroid, version in segments:
            lambdas = None if transformer.lambdas_ is None else transformer.lambdas_.tolist()
            learned = [lambdas, transformer.means_.tolist(), transformer.scales_.tolist()]
            names = [f"key {segment_id}", f"Segment {segment_id}", version, transformer.kind]
            connection.execute(
                "insert into models values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [segment_id, *names, *learned, [centroid, 0.0, 0.0]],
            )
            if version == "now":
                connection.execute(
                    "insert into profiles values (?, ?, ?)", [segment_id, version, 10 - segment_id]
                )
        models.stand_in("segment_model", "models")
        models.stand_in("segment_profiles", "profiles")
        models.stand_in("int_segmentation_features", "features")
        models.build("score_customer")
        return models.rows(
            "select segment_key, distance_to_centroid, runner_up_segment, confidence, value_rank, "
            f"model_version from score_customer{customer}"
        )


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([(1, 4.0, "now"), (2, 1.0, "now"), (3, 9.0, "now")], ("key 2", 1.0, "Segment 1", 0.75, 8, "now")),
        # On the border between two the lower id is taken.
        ([(2, -1.0, "now"), (1, 1.0, "now")], ("key 1", 1.0, "Segment 2", 0.0, 9, "now")),
        # Nothing speaks against the only one, and everything against one of two in the same place.
        ([(1, 5.0, "now")], ("key 1", 5.0, None, 1.0, 9, "now")),
        ([(1, 0.0, "now"), (2, 0.0, "now")], ("key 1", 0.0, "Segment 2", 0.0, 9, "now")),
        # An older version had a segment nearer by.
        ([(1, 0.0, "before"), (1, 2.0, "now")], ("key 1", 2.0, None, 1.0, 9, "now")),
    ],
)
def test_a_customer_is_placed_by_hand(tmp_path: Path, segments: Segments, expected: tuple[Any, ...]) -> None:
    assert scored(segments, tmp_path) == [pytest.approx(expected)]


def test_without_segments_there_is_no_segment(tmp_path: Path) -> None:
    assert scored([(1, 0.0, "before")], tmp_path) == [(None,) * 6]


# Yeo-Johnson has four formulas: two from 0 on, one of them for lambda 0, and two below, one for lambda 2.
@pytest.mark.parametrize(
    ("kind", "lambdas", "customer"),
    [
        ("log1p", None, (12, 3, 250.75)),
        ("none", None, (-12, 3, 250.75)),
        ("yeo_johnson", [0.5, 1.75, -0.25], (12, 0.25, 250.75)),
        ("yeo_johnson", [0.0, 1.0, 2.0], (12, 0.5, 0)),
        ("yeo_johnson", [0.0, 0.5, 0.0], (0, 0, 0.5)),
        ("yeo_johnson", [0.0, 1.0, 2.0], (-0.5, -3, -250.75)),
        ("yeo_johnson", [0.5, 2.5, 3.0], (-0.5, -3, -250.75)),
    ],
)
def test_features_are_transformed_as_in_python(
    tmp_path: Path, kind: TransformKind, lambdas: list[float] | None, customer: tuple[float, ...]
) -> None:
    transformer = FeatureTransformer.from_parameters(kind, lambdas, [1.0, -2.0, 0.5], [2.0, 0.5, 3.0])
    ((_, distance, *_),) = scored([(1, 1.5, "now")], tmp_path, transformer, customer)
    z = transformer.transform(np.array([customer], dtype=np.float64))[0]
    assert distance == pytest.approx(np.linalg.norm(z - [1.5, 0.0, 0.0]), rel=1e-12)


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf"), -20.0])
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_customer_of_whom_something_is_unknown_has_no_segment(
    tmp_path: Path, unknown: float | None, position: int
) -> None:
    transformer = FeatureTransformer.from_parameters("log1p", None, [1.0, -2.0, 0.5], [2.0, 0.5, 3.0])
    customer: list[Any] = [10.0, 5.0, 500.0]
    customer[position] = SqlNumber(unknown)
    segments: Segments = [(1, 4.0, "now"), (2, 1.0, "now")]
    assert scored(segments, tmp_path, transformer, tuple(customer)) == [(None,) * 6]


class SqlNumber:
    """A number as SQL reads it, among the parameters of a function."""

    def __init__(self, value: float | None) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "null" if self.value is None else f"'{self.value}'::double"
