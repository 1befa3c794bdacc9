"""Names for segments: from the playbook's prototypes, or read from the z-scores."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from segmentation.kmeans import squared_distances

FloatArray = NDArray[np.float64]

# The playbook describes segments by these features, in this order.
PLAYBOOK_FEATURES = ("recency_days", "frequency", "monetary")
PLAYBOOK_COLUMNS = ("recency_z", "frequency_z", "monetary_z")
# A segment further than this from a prototype (Euclidean, in z-scores) does not get its name. Two standard
# deviations is further than any segment of Online Retail lies from its prototype with 2 to 10 segments.
LARGEST_NAME_DISTANCE = 2.0
# Words for z-scores: below the first bound a feature is average, from the second on very high or very low.
AVERAGE_BELOW = 0.25
VERY_FROM = 1.5


@dataclass(frozen=True)
class SegmentName:
    """What a segment is called: a stable slug and the words a reader sees."""

    key: str
    name: str


def assign_names(
    centroids: FloatArray,
    features: Sequence[str],
    mean_monetary: FloatArray,
    segment_ids: Sequence[int],
    playbook: Sequence[Mapping[str, Any]],
    taken_keys: Collection[str] = (),
) -> list[SegmentName]:
    """Name every segment; no name or key is given twice, nor one whose key is in `taken_keys`.

    `centroids` (k, d) are z-scores of `features`, in that order; `mean_monetary` and `segment_ids` have
    shape (k,); `playbook` holds rows of `segment_playbook` with `segment_key`, `segment_name`,
    `value_order` and the prototype position. With recency, frequency and monetary as features the names
    come from the playbook, and a segment with a higher mean monetary never gets a name of lower value than
    one with less; other features are named by their levels. A segment that no prototype fits is an unnamed
    segment for a person to review.
    """
    by_value = sorted(range(len(centroids)), key=lambda i: (-mean_monetary[i], segment_ids[i]))
    names: dict[int, SegmentName] = {}
    if set(features) == set(PLAYBOOK_FEATURES):
        prototypes, prototype_names = _prototypes(playbook, taken_keys)
        columns = [list(features).index(feature) for feature in PLAYBOOK_FEATURES]
        matches = _match_in_order(centroids[by_value][:, columns], prototypes)
        for segment, prototype in zip(by_value, matches, strict=True):
            unnamed = _unnamed(segment_ids[segment])
            names[segment] = unnamed if prototype is None else prototype_names[prototype]
    else:
        used = set(taken_keys)
        for segment in by_value:
            names[segment] = _name_by_levels(centroids[segment], features, used)
            used.add(names[segment].key)
    return [names[segment] for segment in range(len(centroids))]


def _prototypes(
    playbook: Sequence[Mapping[str, Any]], taken_keys: Collection[str]
) -> tuple[FloatArray, list[SegmentName]]:
    """Positions (m, 3) and names of the prototypes that are free, best first."""
    for column in ("segment_key", "segment_name"):
        entries = [row[column] for row in playbook]
        twice = sorted({entry for entry in entries if entries.count(entry) > 1})
        if twice:
            raise ValueError(
                f"segment_playbook has {column} '{twice[0]}' more than once: give each row its own."
            )
    free = [row for row in playbook if row["segment_key"] not in taken_keys]
    free.sort(key=lambda row: (int(row["value_order"]), str(row["segment_key"])))
    positions = [[float(row[column]) for column in PLAYBOOK_COLUMNS] for row in free]
    names = [SegmentName(str(row["segment_key"]), str(row["segment_name"])) for row in free]
    return np.array(positions, dtype=np.float64).reshape(len(free), len(PLAYBOOK_COLUMNS)), names


def _match_in_order(segments: FloatArray, prototypes: FloatArray) -> list[int | None]:
    """The prototype of each segment, or None; both are sorted by value, and the matching keeps that order.

    Minimises the sum of squared distances by dynamic programming, where a segment without a prototype costs
    the square of `LARGEST_NAME_DISTANCE`, so nothing further than that is ever matched.
    """
    n_segments, n_prototypes = len(segments), len(prototypes)
    cost = squared_distances(segments, prototypes)
    no_match = LARGEST_NAME_DISTANCE**2
    # best[i, j] is the smallest cost of the first i segments with the first j prototypes.
    best = np.zeros((n_segments + 1, n_prototypes + 1))
    best[:, 0] = no_match * np.arange(n_segments + 1)
    for i in range(1, n_segments + 1):
        for j in range(1, n_prototypes + 1):
            matched = best[i - 1, j - 1] + cost[i - 1, j - 1]
            best[i, j] = min(matched, best[i, j - 1], best[i - 1, j] + no_match)

    matches: list[int | None] = [None] * n_segments
    i, j = n_segments, n_prototypes
    while i > 0 and j > 0:
        if best[i, j] == best[i, j - 1]:
            j -= 1
        elif best[i, j] == best[i - 1, j] + no_match:
            i -= 1
        else:
            matches[i - 1] = j - 1
            i, j = i - 1, j - 1
    return matches


def _unnamed(segment_id: int) -> SegmentName:
    return SegmentName(f"unnamed_segment_{segment_id}", f"Unnamed segment {segment_id} – review")  # noqa: RUF001


def _name_by_levels(centroid: FloatArray, features: Sequence[str], used: Collection[str]) -> SegmentName:
    """The levels of the two features furthest from the average; more features, then a number, if taken."""
    furthest_first = np.argsort(-np.abs(centroid), kind="stable")
    name = ""
    for n_named in range(min(2, len(features)), len(features) + 1):
        # In the order of `features`, so that one pair of levels has one name.
        named = sorted(furthest_first[:n_named])
        name = ", ".join(f"{_level(centroid[i])} {features[i].replace('_', ' ')}" for i in named)
        name = name[:1].upper() + name[1:]
        if _slug(name) not in used:
            return SegmentName(_slug(name), name)
    number = 2
    while _slug(f"{name} {number}") in used:
        number += 1
    return SegmentName(_slug(f"{name} {number}"), f"{name} {number}")


def _level(z: float) -> str:
    if abs(z) < AVERAGE_BELOW:
        return "average"
    direction = "high" if z > 0 else "low"
    return f"very {direction}" if abs(z) >= VERY_FROM else direction


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
