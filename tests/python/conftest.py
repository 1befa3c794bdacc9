"""What all Python tests share."""

import os
from pathlib import Path

import pytest


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
