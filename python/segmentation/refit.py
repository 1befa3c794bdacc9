"""When the segments are fitted anew."""

from __future__ import annotations

from collections.abc import Sequence

from segmentation.model import SegmentModel


def is_refit_due(
    previous: SegmentModel | None,
    refit: str,
    features: Sequence[str],
    kind: str,
    n_segments: int,
    is_incremental: bool,
) -> bool:
    """Whether a run with these settings fits, given the last version (None on the first run).

    `refit` is 'always', 'never' or 'auto': on changed features, transform or number of segments. Without a
    version there is nothing to score with, so the first run always fits; so does a full refresh.
    """
    if previous is None or not is_incremental or refit == "always":
        return True
    if refit == "never":
        return False
    asked = (tuple(features), kind, n_segments)
    return asked != (previous.features, previous.feature_transform, previous.n_segments)
