"""What a further build in the same warehouse changes: nothing, unless the input or a var did."""

from collections.abc import Callable
from typing import Any

import pytest

Build = Callable[..., Any]

MODELS = "segment_profiles cleaning_ledger"
FEW = {"k_candidates": [3, 4, 5]}
IDENTITIES = """
    select segment_id, segment_key, segment_name
    from segment_model
    where version_number = (select max(version_number) from segment_model)
    order by segment_id
"""
N_VERSIONS = "select count(distinct model_version) from segment_model"


@pytest.fixture(scope="module")
def builds(build_models: Build) -> dict[str, dict[str, Any]]:
    """What each of several builds in one warehouse left, by its name, in this order.

    tables: fingerprints; identities: id, key and name of the segments; n_versions, versions: of the model;
    segments: segment of each customer.
    """
    steps: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
        "first": ((), {}),
        "second": ((), {}),
        "full refresh": (("--full-refresh",), {}),
        "three segments": ((), {"n_segments": 3}),
        "five segments": ((), {"n_segments": 5}),
        "half a year earlier": ((), {"as_of_date": "2024-06-30", "refit": "never"}),
    }
    left = {}
    for name, (arguments, variables) in steps.items():
        built = build_models("again", MODELS, *arguments, variables=FEW | variables)
        left[name] = {
            "tables": built.fingerprints(),
            "identities": built.rows(IDENTITIES),
            "n_versions": built.value(N_VERSIONS),
            "versions": built.rows("select distinct model_version from customer_segments"),
            "segments": dict(built.rows("select customer_id, segment_id from customer_segments")),
            "as_of_date": built.value("select max(as_of_date)::varchar from customer_segments"),
        }
    return left


def test_the_same_input_changes_no_table(builds: dict[str, dict[str, Any]]) -> None:
    assert builds["second"]["tables"] == builds["first"]["tables"]
    assert len(builds["first"]["tables"]) > 20
    assert builds["second"]["n_versions"] == 1


def test_a_full_refresh_keeps_ids_keys_and_names(builds: dict[str, dict[str, Any]]) -> None:
    assert builds["full refresh"]["identities"] == builds["first"]["identities"]
    assert builds["full refresh"]["tables"] == builds["first"]["tables"]


def test_another_number_of_segments_is_a_version_that_keeps_what_it_can(
    builds: dict[str, dict[str, Any]],
) -> None:
    """Three of the four segments stay themselves; of five, three do, and new ones take ids never used."""
    first, three, five = (builds[name] for name in ("first", "three segments", "five segments"))
    assert [len(build["identities"]) for build in (first, three, five)] == [4, 3, 5]
    assert [build["n_versions"] for build in (first, three, five)] == [1, 2, 3]
    assert set(three["identities"]) < set(first["identities"])
    assert set(three["identities"]) < set(five["identities"])
    new = set(five["identities"]) - set(three["identities"])
    assert min(segment_id for segment_id, _, _ in new) > max(
        segment_id for segment_id, _, _ in first["identities"]
    )
    for build in (first, three, five):
        assert len(build["versions"]) == 1
        assert set(build["segments"].values()) == {segment_id for segment_id, _, _ in build["identities"]}
    assert len({tuple(build["versions"]) for build in (first, three, five)}) == 3


def test_never_refit_scores_other_data_with_the_last_version(builds: dict[str, dict[str, Any]]) -> None:
    five, earlier = builds["five segments"], builds["half a year earlier"]
    assert earlier["n_versions"] == five["n_versions"]
    assert earlier["versions"] == five["versions"]
    assert earlier["identities"] == five["identities"]
    assert earlier["as_of_date"] == "2024-06-30"
    assert earlier["segments"] != five["segments"]
    assert len(earlier["segments"]) < len(five["segments"])
