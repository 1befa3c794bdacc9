"""The function score_customer on segments laid out by hand: confidence, ties, versions, no segments."""

from pathlib import Path
from typing import Any

import pytest

from chaos.shops import HEADERS, line, write_csv
from chaos.sql_models import build_in_memory

FEATURES = ("recency_days", "frequency", "monetary")
# Segments (id, centroid, version); the distances are along recency, in z-scores of one day.
Segments = list[tuple[int, float, str]]


def scored(segments: Segments, folder: Path) -> list[tuple[Any, ...]]:
    """What score_customer says of a customer at 0: id, distance, runner-up, confidence, rank, version."""
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
            connection.execute(
                "insert into models values (?, ?, ?, ?, 'none', null, [0, 0, 0], [1, 1, 1], ?)",
                [segment_id, f"key {segment_id}", f"Segment {segment_id}", version, [centroid, 0.0, 0.0]],
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
            "model_version from score_customer(0, 0, 0)"
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


def test_without_segments_there_is_no_row(tmp_path: Path) -> None:
    assert scored([(1, 0.0, "before")], tmp_path) == []
