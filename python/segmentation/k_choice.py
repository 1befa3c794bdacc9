"""The rule that chooses the number of segments from the figures of each candidate, and its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan

SMALLEST_SHARE = 0.02
WORST_JACCARD = 0.75
NULL_MARGIN = 0.03
FEWEST_SEGMENTS = 3
# Where nothing is eligible there is no number to find; a fixed one keeps two builds comparable.
FALLBACK_K = 4


@dataclass(frozen=True)
class KFigures:
    """What was measured of one candidate k; NaN where there are too few different customers for it.

    `silhouette` is Euclidean, with a 95 % interval where it is sampled. `gap` is in units of log inertia.
    `null_silhouette_*` are those of 20 column shuffles. Shares are between 0 and 1.
    """

    k: int
    inertia: float = nan
    silhouette: float = nan
    silhouette_low: float = nan
    silhouette_high: float = nan
    silhouette_squared_euclidean: float = nan
    davies_bouldin: float = nan
    calinski_harabasz: float = nan
    gap: float = nan
    gap_standard_error: float = nan
    worst_jaccard: float = nan
    mean_jaccard: float = nan
    mean_adjusted_rand_index: float = nan
    null_silhouette_mean: float = nan
    null_silhouette_max: float = nan
    smallest_share_of_customers: float = nan
    largest_share_of_revenue: float = nan

    @property
    def is_measured(self) -> bool:
        """Whether there were enough different customers."""
        return not isnan(self.silhouette)


@dataclass(frozen=True)
class KChoice:
    """The chosen k, whether the rule found it (`is_clear`), and why in words.

    `rejection_reasons` has every candidate: what it misses, or None where it is eligible.
    """

    chosen_k: int
    is_clear: bool
    verdict: str
    rejection_reasons: Mapping[int, str | None]


def choose_k(
    figures: Sequence[KFigures],
    *,
    elbow: int | None,
    gap_k: int | None,
    n_distinct: int,
    n_segments: int | None = None,
) -> KChoice:
    """Choose k by the rule, or take `n_segments` where it is set and say what the rule would have done.

    Eligible is a candidate with at least 2 % of the customers in each cluster, a worst bootstrap Jaccard of
    at least 0.75, and a silhouette above the largest of 20 column shuffles and 0.03 or more above their mean.
    Among the eligible k of 3 or more the rule takes the elbow; if that is not eligible, the most stable (the
    highest worst Jaccard, the smaller k on a tie). If only k = 2 is eligible, it takes 2. If none is, the
    verdict is "No clear k" and the measured candidate nearest to 4 is used, the smaller on a tie. Without a
    measured candidate it is 4 or, if there are fewer, the number of different customers, `n_distinct`.
    """
    reasons = {row.k: rejection_reason(row) for row in figures}
    eligible = [row for row in figures if reasons[row.k] is None]
    measured = [row for row in figures if row.is_measured]
    if eligible:
        rule_k, sentence = _eligible_choice(eligible, elbow, reasons)
    elif measured:
        rule_k = min((row.k for row in measured), key=lambda k: (abs(k - FALLBACK_K), k))
        sentence = _no_clear_k(measured, rule_k)
    else:
        rule_k = max(min(n_distinct, FALLBACK_K), 1)
        sentence = (
            f"No clear k: the number of different customers, {n_distinct}, is too small for any candidate. "
            f"The fallback is {_segments(rule_k)}."
        )
    chosen_k = rule_k
    if n_segments is not None:
        chosen_k = min(n_segments, max(n_distinct, 1))
        sentence = f"{_set_by_hand(chosen_k, n_segments)} The rule would have chosen {rule_k}. {sentence}"
    if measured:
        sentence = f"{sentence} {_disagreement(measured, chosen_k, gap_k)}"
    return KChoice(chosen_k, bool(eligible), sentence, reasons)


def rejection_reason(row: KFigures) -> str | None:
    """What makes a candidate not eligible, in words; None where it is eligible."""
    if not row.is_measured:
        return "too few different customers"
    missed = []
    if _has_small_cluster(row):
        missed.append(f"a cluster of {row.smallest_share_of_customers:.2%} of customers, below 2 %")
    if _is_unstable(row):
        missed.append(f"worst Jaccard {row.worst_jaccard:.3f}, below {WORST_JACCARD}")
    if _is_like_shuffled(row):
        missed.append(
            f"silhouette {row.silhouette:.3f}, too near that of shuffled columns "
            f"(mean {row.null_silhouette_mean:.3f}, largest {row.null_silhouette_max:.3f})"
        )
    return "; ".join(missed) or None


def _has_small_cluster(row: KFigures) -> bool:
    return row.smallest_share_of_customers < SMALLEST_SHARE


def _is_unstable(row: KFigures) -> bool:
    return row.worst_jaccard < WORST_JACCARD


def _is_like_shuffled(row: KFigures) -> bool:
    return (
        row.silhouette <= row.null_silhouette_max or row.silhouette < row.null_silhouette_mean + NULL_MARGIN
    )


def _eligible_choice(
    eligible: Sequence[KFigures], elbow: int | None, reasons: Mapping[int, str | None]
) -> tuple[int, str]:
    candidates = [row for row in eligible if row.k >= FEWEST_SEGMENTS]
    if not candidates:
        return eligible[0].k, f"2 segments: the only eligible candidate. {_support(eligible[0])}"
    for row in candidates:
        if row.k == elbow:
            return row.k, f"{row.k} segments: the elbow of the inertia curve, and eligible. {_support(row)}"
    if elbow is None:
        why = "the inertia curve has no elbow"
    elif elbow not in reasons:
        why = f"the elbow, k = {elbow}, is no candidate"
    elif elbow < FEWEST_SEGMENTS:
        why = f"the elbow, k = {elbow}, is below {FEWEST_SEGMENTS}"
    else:
        why = f"the elbow, k = {elbow}, is not eligible ({reasons[elbow]})"
    best = max(candidates, key=lambda row: (row.worst_jaccard, -row.k))
    return best.k, f"{best.k} segments: {why}; this is the most stable eligible candidate. {_support(best)}"


def _support(row: KFigures) -> str:
    return (
        f"Its smallest cluster has {row.smallest_share_of_customers:.1%} of customers, its worst Jaccard is "
        f"{row.worst_jaccard:.2f}, and its silhouette is {row.silhouette:.3f} against at most "
        f"{row.null_silhouette_max:.3f} on shuffled columns."
    )


def _no_clear_k(measured: Sequence[KFigures], rule_k: int) -> str:
    tests = {
        "a cluster below 2 % of customers": _has_small_cluster,
        f"a worst Jaccard below {WORST_JACCARD}": _is_unstable,
        "a silhouette too near that of shuffled columns": _is_like_shuffled,
    }
    failed = {text: [str(row.k) for row in measured if test(row)] for text, test in tests.items()}
    missed = "; ".join(f"{text} at k = {', '.join(ks)}" for text, ks in failed.items() if ks)
    return f"No clear k: no candidate is eligible ({missed}). The fallback is {_segments(rule_k)}."


def _set_by_hand(chosen_k: int, n_segments: int) -> str:
    if chosen_k == n_segments:
        return f"{_segments(n_segments)}: set by hand (n_segments)."
    return (
        f"{_segments(chosen_k)}: {n_segments} were set by hand (n_segments), but there are only {chosen_k} "
        "different customers."
    )


def _disagreement(measured: Sequence[KFigures], chosen_k: int, gap_k: int | None) -> str:
    """Which k each index points to, where it is not the chosen one."""
    pointed = {
        "the silhouette": max(measured, key=lambda row: row.silhouette).k,
        "Davies-Bouldin": min(measured, key=lambda row: row.davies_bouldin).k,
        "Calinski-Harabasz": max(measured, key=lambda row: row.calinski_harabasz).k,
        "the gap rule": gap_k,
        "stability": max(measured, key=lambda row: row.worst_jaccard).k,
    }
    others = [
        f"{index} to {'no candidate' if k is None else f'k = {k}'}"
        for index, k in pointed.items()
        if k != chosen_k
    ]
    if not others:
        return "Every index points to the same number."
    return f"Indices that point elsewhere: {', '.join(others)}."


def _segments(k: int) -> str:
    return "1 segment" if k == 1 else f"{k} segments"
