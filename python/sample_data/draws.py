"""Reproducible random choices.

Everything is drawn from `random.Random(...).random()`, the one method whose sequence Python guarantees for
a given seed across versions; numpy gives no such guarantee for its generators. A draw is scaled to an integer
at once and nothing else is computed in floating point, so the bytes are the same on every platform.
"""

from bisect import bisect_right
from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of choices for one `purpose`: a change in one part leaves what others draw as it is."""

    def __init__(self, seed: int, purpose: str) -> None:
        """Start the stream that belongs to `seed` and `purpose`."""
        self._random = Random(f"{seed} {purpose}").random

    def below(self, limit: int) -> int:
        """An integer from 0 to `limit` - 1."""
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def mostly_low(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, the low ones more often (the smaller of two draws)."""
        return min(self.between(low, high), self.between(low, high))

    def happens(self, per_mille: int) -> bool:
        """True in `per_mille` of 1,000 cases."""
        return self.below(1000) < per_mille

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`, each equally likely."""
        return items[self.below(len(items))]

    def pick_weighted(self, items: Sequence[Item], cumulative_weights: Sequence[int]) -> Item:
        """One of `items`; `cumulative_weights` are running sums of integer weights, one per item."""
        return items[bisect_right(cumulative_weights, self.below(cumulative_weights[-1]))]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """`count` different places of `items`, in the order drawn (all of them where there are fewer)."""
        pool = list(items)
        count = min(count, len(pool))
        for place in range(count):
            other = self.between(place, len(pool) - 1)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All `items` in random order."""
        return self.sample(items, len(items))
