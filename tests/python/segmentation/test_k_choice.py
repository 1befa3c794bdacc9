"""The rule, on figures written by hand."""

from dataclasses import replace

import pytest

from segmentation.k_choice import KFigures, choose_k, rejection_reason

GOOD = KFigures(
    k=0,
    silhouette=0.40,
    davies_bouldin=1.0,
    calinski_harabasz=100.0,
    worst_jaccard=0.80,
    null_silhouette_mean=0.25,
    null_silhouette_max=0.30,
    smallest_share_of_customers=0.10,
)


def good(k: int, **changes: float) -> KFigures:
    return replace(GOOD, k=k, **changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"smallest_share_of_customers": 0.02, "worst_jaccard": 0.75}, None),
        ({"smallest_share_of_customers": 0.0199}, "a cluster of 1.99% of customers"),
        ({"worst_jaccard": 0.749}, "worst Jaccard 0.749"),
        ({"silhouette": 0.30}, "too near that of shuffled columns"),
        ({"silhouette": 0.31, "null_silhouette_mean": 0.29}, "too near that of shuffled columns"),
        ({"silhouette": 0.32, "null_silhouette_mean": 0.28}, None),
        # 0.03 above the mean of the shuffles is enough.
        ({"silhouette": 0.25 + 0.03, "null_silhouette_max": 0.27}, None),
    ],
)
def test_eligibility(changes: dict[str, float], reason: str | None) -> None:
    found = rejection_reason(good(3, **changes))
    assert found is None if reason is None else reason in str(found)


def test_the_elbow_is_taken_where_it_is_eligible() -> None:
    rows = [good(2), good(3, worst_jaccard=0.99), good(4), good(5)]
    choice = choose_k(rows, elbow=4, gap_k=1, n_distinct=100)
    assert (choice.chosen_k, choice.is_clear) == (4, True)
    assert choice.verdict.startswith("4 segments: the elbow of the inertia curve, and eligible.")
    assert "the gap rule to k = 1" in choice.verdict
    assert "stability to k = 3" in choice.verdict


@pytest.mark.parametrize(
    ("elbow", "why"),
    [
        (5, "the elbow, k = 5, is not eligible (worst Jaccard 0.100, below 0.75)"),
        (2, "the elbow, k = 2, is below 3"),
        (9, "the elbow, k = 9, is no candidate"),
        (None, "the inertia curve has no elbow"),
    ],
)
def test_the_most_stable_is_taken_where_the_elbow_cannot_be(elbow: int | None, why: str) -> None:
    rows = [
        good(2, worst_jaccard=1.0),
        good(3),
        good(4, worst_jaccard=0.9),
        good(5, worst_jaccard=0.1),
        good(6, worst_jaccard=0.9),
    ]
    choice = choose_k(rows, elbow=elbow, gap_k=None, n_distinct=100)
    assert choice.chosen_k == 4
    assert why in choice.verdict
    assert "the gap rule to no candidate" in choice.verdict


def test_an_elbow_at_3_that_is_not_eligible() -> None:
    choice = choose_k([good(3, worst_jaccard=0.1), good(4)], elbow=3, gap_k=None, n_distinct=100)
    assert choice.verdict.startswith("4 segments: the elbow, k = 3, is not eligible (worst Jaccard 0.100")


@pytest.mark.parametrize(("candidates", "fallback"), [([3, 4, 5], 4), ([2, 5, 6], 5), ([2, 3, 5], 3)])
def test_the_fallback_is_the_candidate_nearest_to_4(candidates: list[int], fallback: int) -> None:
    rows = [good(k, worst_jaccard=0.5) for k in candidates]
    assert choose_k(rows, elbow=None, gap_k=None, n_distinct=100).chosen_k == fallback


@pytest.mark.parametrize(("n_distinct", "n_segments"), [(0, None), (0, 3), (1, None), (1, 3)])
def test_no_or_one_customer_is_one_segment(n_distinct: int, n_segments: int | None) -> None:
    rows = [KFigures(2), KFigures(3)]
    choice = choose_k(rows, elbow=None, gap_k=None, n_distinct=n_distinct, n_segments=n_segments)
    assert choice.chosen_k == 1


def test_two_segments_only_where_nothing_else_is_eligible() -> None:
    choice = choose_k([good(2), good(3, worst_jaccard=0.2)], elbow=3, gap_k=2, n_distinct=100)
    assert (choice.chosen_k, choice.is_clear) == (2, True)
    assert choice.verdict == (
        "2 segments: the only eligible candidate. Its smallest cluster has 10.0% of customers, its worst "
        "Jaccard is 0.80, and its silhouette is 0.400 against at most 0.300 on shuffled columns. "
        "Every index points to the same number."
    )


def test_no_clear_k_names_the_fallback_and_what_is_missed() -> None:
    rows = [good(k, worst_jaccard=0.5) for k in (2, 3, 5, 6)]
    choice = choose_k(rows, elbow=5, gap_k=1, n_distinct=100)
    assert (choice.chosen_k, choice.is_clear) == (3, False)
    assert choice.verdict.startswith(
        "No clear k: no candidate is eligible (a worst Jaccard below 0.75 at k = 2, 3, 5, 6). "
        "The fallback is 3 segments."
    )


def test_too_few_different_customers() -> None:
    choice = choose_k([KFigures(k) for k in (2, 3)], elbow=None, gap_k=None, n_distinct=1)
    assert choice.chosen_k == 1
    assert choice.rejection_reasons == {2: "too few different customers", 3: "too few different customers"}
    assert (
        "different customers, 1, is too small for any candidate. The fallback is 1 segment." in choice.verdict
    )


def test_set_by_hand_says_what_the_rule_would_have_chosen() -> None:
    rows = [good(2), good(3), good(4)]
    choice = choose_k(rows, elbow=3, gap_k=3, n_distinct=100, n_segments=4)
    assert (choice.chosen_k, choice.is_clear) == (4, True)
    assert choice.verdict.startswith(
        "4 segments: set by hand (n_segments). The rule would have chosen 3. 3 segments: the elbow"
    )
    limited = choose_k([good(2), KFigures(4)], elbow=None, gap_k=None, n_distinct=3, n_segments=4)
    assert limited.chosen_k == 3
    assert limited.verdict.startswith(
        "3 segments: 4 were set by hand (n_segments), but there are only 3 different customers."
    )
