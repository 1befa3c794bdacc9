"""dbt's unit tests: all of them pass under `make test`, and none is part of a user's build."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

Build = Callable[..., Any]

SWITCHED_ON = {"SEGMENTATION_UNIT_TESTS": "1", "SEGMENTATION_DATABASE": ":memory:"}


def test_every_unit_test_passes(dbt: Build, tmp_path: Path) -> None:
    """On the sample, in memory: a unit test takes the types of what it is given from the tables above it."""
    few = {"k_candidates": [3], "n_segments": 3, "cluster_methods": [], "publish_report": False}
    selected = ("--select", "+test_type:unit", "--exclude-resource-type", "test")
    dbt(
        "unit tests",
        "build",
        *selected,
        "--target-path",
        str(tmp_path),
        variables=few,
        environment=SWITCHED_ON,
    )
    manifest, results = (
        json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("manifest", "run_results")
    )
    statuses = Counter(
        result["status"] for result in results["results"] if result["unique_id"].startswith("unit_test.")
    )
    assert statuses == {"pass": len(manifest["unit_tests"])}
    assert len(manifest["unit_tests"]) > 40


def test_a_build_of_a_user_has_none(dbt: Build) -> None:
    listed = dbt("unit tests", "list", "--resource-type", "unit_test", "--quiet", fails=False)
    assert "unit_test" not in listed.output
