"""What all Python tests share."""

import os
from pathlib import Path
from typing import Any

import pytest

# Files whose tests read the same builds: one process runs them, as it runs all tests of any one file.
SHARED_BUILDS = {
    "test_real_figures.py": "real file",
    "test_real_segments.py": "real file",
    "test_equal_results.py": "real file",
    "test_sample_outputs.py": "sample",
    "test_metrics.py": "sample",
    "test_bad_input.py": "sample",
}
# The groups that take longest, longest first: begun last, one would keep one process busy alone.
LONGEST = ("real file", "test_changed_files.py", "sample", "test_history.py")


def group(nodeid: str) -> str:
    """Which tests the same process has to run: those of a file, or of the files that share builds."""
    file = nodeid.partition("::")[0]
    name = file.rpartition("/")[2]
    return SHARED_BUILDS.get(name, name if name in LONGEST else file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest groups."""
    items.sort(
        key=lambda item: LONGEST.index(group(item.nodeid)) if group(item.nodeid) in LONGEST else len(LONGEST)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give whole groups to processes, where whole files are asked for.

    The plugin's own --dist loadgroup no longer groups under pytest 9.2.
    """
    from xdist.scheduler import LoadFileScheduling

    class GroupScheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return GroupScheduling(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The root of the repository, absolute."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data(repo_root: Path) -> Path:
    """The folder of real data beside the repository, absolute.

    The test is skipped where it is absent, and fails there if SEGMENTATION_REQUIRE_DATA is set.
    """
    folder = repo_root.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "no real data: ../shared/data does not exist"
        if os.environ.get("SEGMENTATION_REQUIRE_DATA"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
