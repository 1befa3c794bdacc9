"""A fault of the machine ends a build with one sentence, damages nothing, and the next build ends well.

Two small shops: each fault is done to a build of the second, in a copy of the finished build of the first.
"""

from collections.abc import Iterator

import pytest

from campaigns.faults import cause
from campaigns.kills import run_kills
from campaigns.scene import Scene, scene


@pytest.fixture(scope="module")
def shared_scene() -> Iterator[Scene]:
    with scene() as prepared:
        yield prepared


# Sentence: a part of what the user reads.
@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("full disk of the published files", "cannot be published"),
        ("reader with a lock", "is still open in process"),
        ("Ctrl-C", "The build was interrupted"),
        ("second build", "is still open in process"),
    ],
)
def test_a_fault_ends_with_one_sentence_and_no_damage(fault: str, sentence: str, shared_scene: Scene) -> None:
    outcome = cause(fault, shared_scene)
    if outcome.skipped:
        pytest.skip(outcome.skipped)
    assert outcome.problems == []
    assert sentence in outcome.sentence


def test_a_killed_build_leaves_no_damage(shared_scene: Scene) -> None:
    """Once at a random moment, once while it publishes; python -m campaigns does it a hundred times."""
    said: list[str] = []
    assert run_kills(shared_scene, 2, seed=3, say=said.append).damages == []
    assert len(said) == 2
