"""Independent computations side by side, with the same results as one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from segmentation.kmeans import single_thread

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """`function` of every item, in the order of the items, on as many threads as there are processors.

    Worth it where the time goes into compiled code, which lets other threads run. Each call computes on one
    thread, so its sums are in one order. Raises what the first failing call in the order raises.
    """
    # For all of them: a call that ends gives back the limit it found, while others still compute. And in each
    # thread, since OpenMP keeps a limit per thread; the one outside gives all of them back.
    with single_thread(), ThreadPoolExecutor(os.cpu_count(), initializer=single_thread) as threads:
        return list(threads.map(function, items))
