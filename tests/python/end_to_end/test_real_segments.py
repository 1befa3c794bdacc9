"""The published figures of segments on Online Retail, from this project's own tables.

Gross, duplicates kept, log1p, seed 42, ten restarts of a fit (segmentation.k_scan.N_INIT). Reads the real
file in `../shared/data` beside the repository; skipped where it is absent.
"""

from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]


@pytest.fixture(scope="module")
def three_segments(real_gross: Any) -> Any:
    return real_gross


@pytest.fixture(scope="module")
def rebuilt(three_segments: Any, copied: Callable[..., Any]) -> str:
    """The name of a copy, to be built in."""
    return f"real segments/{copied(three_segments, 'real segments').database.stem}"


def methods(warehouse: Any) -> dict[str, dict[str, float]]:
    query = """
        select method, status, silhouette, noise_share_of_customers, noise_share_of_revenue
        from clustering_comparison
    """
    names = ("silhouette", "noise_share_of_customers", "noise_share_of_revenue")
    rows = warehouse.rows(query)
    assert {status for _, status, *_ in rows} == {"ok"}
    return {method: dict(zip(names, figures, strict=True)) for method, _, *figures in rows}


def test_the_scan_has_the_published_figures(three_segments: Any) -> None:
    rows = three_segments.rows(
        "select k, silhouette, davies_bouldin, calinski_harabasz, is_elbow, is_eligible "
        "from segment_k_scan order by k"
    )
    scan = {row[0]: row[1:] for row in rows}
    assert list(scan) == list(range(2, 11))
    silhouettes = [scan[k][0] for k in range(2, 7)]
    assert silhouettes == pytest.approx([0.433, 0.337, 0.335, 0.318, 0.313], abs=0.005)
    assert scan[4][1] == pytest.approx(1.016, abs=0.002)
    assert scan[4][2] == pytest.approx(3_346, abs=2)
    assert [k for k in scan if scan[k][3]] == [5]
    assert scan[5][4]
    verdict = three_segments.value("select any_value(verdict) from segment_k_scan")
    assert verdict.startswith("3 segments: set by hand (n_segments). The rule would have chosen 5.")


def test_three_segments_have_the_published_sizes(three_segments: Any) -> None:
    """767, 1,704 and 1,867 customers within 3 %, with their shares of revenue."""
    rows = three_segments.rows(
        "select n_customers, share_of_revenue from segment_profiles order by n_customers"
    )
    sizes, shares = zip(*rows, strict=True)
    assert list(sizes) == pytest.approx([767, 1_704, 1_867], rel=0.03)
    assert sum(sizes) == 4_338
    assert [float(share) for share in shares] == pytest.approx([0.683, 0.241, 0.076], abs=0.01)


def test_density_takes_most_of_the_money_for_noise(three_segments: Any) -> None:
    """13 to 27 % of the customers, and with them 55 to 70 % of the revenue, as the settings go."""
    hdbscan = methods(three_segments)["hdbscan"]
    assert 0.13 <= hdbscan["noise_share_of_customers"] <= 0.27
    assert 0.55 <= hdbscan["noise_share_of_revenue"] <= 0.70
    noise = three_segments.rows(
        """
        select count(*) / 4338, sum(monetary) / 8911407.90
        from customer_clusters
        inner join customer_rfm using (customer_id)
        where method = 'hdbscan' and is_noise
        """
    )
    assert noise[0] == pytest.approx((hdbscan["noise_share_of_customers"], hdbscan["noise_share_of_revenue"]))


def test_ward_has_the_published_silhouettes(three_segments: Any) -> None:
    """At three clusters, as many as there are segments."""
    assert methods(three_segments)["ward"]["silhouette"] == pytest.approx(0.313, abs=0.002)


def test_ward_follows_the_number_of_segments(
    dbt: Build, rebuilt: str, real_gross_variables: dict[str, Any]
) -> None:
    """Only what depends on the number is built again, in the same warehouse."""
    warehouse = dbt(
        rebuilt,
        "run",
        "--select",
        "segment_k_scan segment_model int_clustering_runs clustering_comparison",
        variables=real_gross_variables | {"n_segments": 4, "k_candidates": [4], "cluster_methods": ["ward"]},
    )
    assert methods(warehouse)["ward"]["silhouette"] == pytest.approx(0.275, abs=0.002)


def test_two_clusters_of_raw_features_are_rejected(
    dbt: Build, rebuilt: str, real_gross_variables: dict[str, Any]
) -> None:
    """The best silhouette of all belongs to 26 customers against the rest, who do not come back."""
    warehouse = dbt(
        rebuilt,
        "run",
        "--select",
        "segment_k_scan",
        variables=real_gross_variables | {"feature_transform": "none", "k_candidates": [2, 3]},
    )
    silhouette, smallest, jaccard, is_eligible, reason = warehouse.rows(
        """
        select silhouette, smallest_share_of_customers * 4338, worst_jaccard, is_eligible, rejection_reason
        from segment_k_scan
        where k = 2
        """
    )[0]
    assert silhouette == pytest.approx(0.896, abs=0.005)
    assert smallest == pytest.approx(26)
    assert jaccard < 0.75
    assert not is_eligible
    assert reason.startswith("a cluster of 0.60% of customers, below 2 %; worst Jaccard")
