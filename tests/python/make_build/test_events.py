"""What is shown of the events of a run: a status, lines by step or by node, notices that are kept."""

from typing import Any

import pytest

from make_build.events import NODES_PER_LINE, BuildProgress


def event(kind: str, message: str = "", level: str = "info", **data: Any) -> dict[str, Any]:
    return {"info": {"name": kind, "msg": message, "level": level}, "data": data}


def started(name: str, total: int = 80) -> dict[str, Any]:
    return event("LogStartLine", total=total, node_info={"node_name": name})


def built(name: str, status: str = "success") -> dict[str, Any]:
    node = {"node_name": name, "resource_type": "model", "node_status": status}
    return event("LogModelResult", node_info=node, execution_time=0.25)


def result(name: str, status: str = "pass") -> dict[str, Any]:
    return event("LogTestResult", name=name, status=status, num_failures=2, node_info={"node_name": name})


def shown(progress: BuildProgress, *events: dict[str, Any]) -> list[str]:
    return [line for each in events for line in progress.lines(each)]


def test_the_status_names_what_runs_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    progress = BuildProgress(_started=now)
    now += 4
    assert progress.status() == "dbt reads the project and the input, 4 s"
    shown(progress, started("orders"), started("segment_k_scan"))
    now += 8
    assert progress.status() == "0/80 orders, 8 s"
    shown(progress, built("orders"), started("products"))
    now += 1
    assert progress.status() == "1/80 segment_k_scan, 9 s"
    shown(progress, built("segment_k_scan"), result("products"))
    assert progress.status() == "3/80"
    shown(progress, event("LogNodeNoOpResult", node_info={"node_name": "page"}), event("SkippingDetails"))
    assert progress.status() == "5/80"


def test_one_of_ten_has_a_line_where_nobody_sees_the_status() -> None:
    names = [f"model_{number}" for number in range(1, 26)]
    events = [each for name in names for each in (started(name, 25), built(name))]
    assert NODES_PER_LINE == 10
    assert shown(BuildProgress(), *events) == ["  10/25 model_10", "  20/25 model_20"]
    assert shown(BuildProgress(shows_steps=False), *events) == []
    lines = shown(BuildProgress(shows_nodes=True), *events)
    assert [line.split() for line in lines] == [["model", name, "0.2", "s"] for name in names]


def test_a_failure_has_a_line_always() -> None:
    progress = BuildProgress(shows_steps=False)
    lines = shown(progress, built("orders", "error"), result("unique_orders", "fail"))
    assert [line.split() for line in lines] == [
        ["model", "orders", "failed"],
        ["test", "unique_orders", "failed"],
    ]
    assert progress.n_nodes == progress.n_tests_passed == 0


def test_notices_are_kept_and_tables_are_not() -> None:
    progress = BuildProgress()
    lines = shown(
        progress,
        event("JinjaLogInfo", "Input: 3 files."),
        event("JinjaWarning", "The export ends in a gap.", "warn"),
        event("JinjaWarning", "The export ends in a gap.", "warn"),
        event("PrintEvent", "  segment  customers"),
        result("unique_orders", "warn"),
    )
    assert progress.notices == [
        "Input: 3 files.",
        "Warning: The export ends in a gap.",
        "Warning: the test unique_orders found 2 rows.",
    ]
    assert lines == [*progress.notices[:2], "  segment  customers", progress.notices[2]]
