"""Latest sale first: a sale lays its pieces on a pile, a return takes from the top."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Pairs:
    """Sales and the returns that cancel them, each array (n,): numbers of the two events; pieces, above 0.

    Events are numbered from 0 in the order in which they were added, over all batches.
    """

    sale: IntArray
    returned: IntArray
    quantity: IntArray


@dataclass
class ReturnPairing:
    """Pairs the events of one pile after the other; a pile may go on in the next batch."""

    _sales: list[list[int]] = field(default_factory=list)
    _n_events: int = 0

    def pairs(
        self, starts_pile: NDArray[np.bool_], is_return: NDArray[np.bool_], quantity: IntArray
    ) -> Pairs:
        """The pairs that end with the next events, each array (n,), in the order in which they happened.

        Args:
            starts_pile: Whether the event is the first of its customer and product.
            is_return: Whether it is a return; else it is a sale.
            quantity: Its pieces, above 0. What a return does not find on the pile stays unpaired.
        """
        sales = self._sales
        found: list[tuple[int, int, int]] = []
        events = zip(starts_pile.tolist(), is_return.tolist(), quantity.tolist(), strict=True)
        for event, (is_first, returns, pieces) in enumerate(events, start=self._n_events):
            if is_first:
                sales.clear()
            if not returns:
                sales.append([event, pieces])
                continue
            while pieces and sales:
                sale = sales[-1]
                taken = min(pieces, sale[1])
                found.append((sale[0], event, taken))
                pieces -= taken
                sale[1] -= taken
                if not sale[1]:
                    sales.pop()
        self._n_events += len(is_return)
        columns = np.array(found, dtype=np.int64).reshape(-1, 3)
        return Pairs(columns[:, 0], columns[:, 1], columns[:, 2])
