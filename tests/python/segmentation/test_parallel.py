"""Computations side by side: the same results and errors as one after the other."""

import os
import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from segmentation.kmeans import FloatArray, fit_kmeans, single_thread
from segmentation.parallel import side_by_side


def thread_limits() -> list[int]:
    """The threads that each library for linear algebra or OpenMP may use now."""
    return [library["num_threads"] for library in threadpool_info()]


@pytest.fixture(params=[1, 2])
def processors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """A machine with so many processors."""
    number: int = request.param
    monkeypatch.setattr(os, "cpu_count", lambda: number)
    return number


def test_results_are_in_the_order_of_the_items(processors: int) -> None:
    def slow_first(seconds: float) -> float:
        time.sleep(seconds)
        return -seconds

    assert side_by_side(slow_first, iter([0.06, 0.0, 0.03])) == [-0.06, 0.0, -0.03]
    assert side_by_side(slow_first, []) == []


def test_as_many_calls_at_a_time_as_processors(processors: int) -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def count(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.05)
        with lock:
            running -= 1

    side_by_side(count, range(6))
    assert most == processors


def test_the_first_failure_in_the_order_surfaces(processors: int) -> None:
    def fail(item: int) -> int:
        time.sleep(0.05 * (2 - item))
        if item == 0:
            return 0
        raise ValueError(f"item {item}")

    with pytest.raises(ValueError, match="item 1"):
        side_by_side(fail, [0, 1, 2])


def test_results_do_not_depend_on_the_number_of_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    z = np.random.default_rng(3).normal(size=(400, 3))

    def centroids(k: int) -> FloatArray:
        return fit_kmeans(z, k, random_seed=0).centroids

    found = []
    for number in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda number=number: number)
        found.append(side_by_side(centroids, range(2, 7)))
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


def test_each_call_computes_on_one_thread_and_the_limits_come_back(processors: int) -> None:
    def fail(_: int) -> int:
        raise ValueError

    with single_thread():  # loads the libraries
        pass
    with threadpool_limits(2):
        assert set(thread_limits()) == {2}
        assert side_by_side(lambda _: max(thread_limits()), range(3)) == [1, 1, 1]
        assert set(thread_limits()) == {2}
        with pytest.raises(ValueError):  # noqa: PT011
            side_by_side(fail, range(3))
        assert set(thread_limits()) == {2}
