"""A fault of the machine ends a build with one sentence, damages nothing, and the next build ends well.

Two small shops: each fault is done to a build of the second, in a copy of the finished build of the first.
"""

from collections.abc import Iterator

import pytest

from chaos.faults import Scene, cause, scene


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
