"""A small file of the generator, and one thread for libraries: more only get in each other's way here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from benchmarks.generator import write_invoices


@pytest.fixture(scope="session")
def invoices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 generated lines."""
    path = tmp_path_factory.mktemp("benchmarks") / "invoices.parquet"
    write_invoices(path, 20_000)
    return path


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Here and in the processes that tests start."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    with threadpool_limits(1):
        yield
