"""Axes for values that span orders of magnitude and may hold 0."""


def is_logarithmic(low: float) -> bool:
    """Whether values from `low` on go on a logarithmic axis; else near 0 the axis is linear (symlog)."""
    return low >= 1


def round_values(low: float, high: float) -> list[float]:
    """Powers of ten, 0 and their negatives between low and high, for the ticks of such an axis.

    Where the values span less than two orders of magnitude, 2 and 5 times these too.
    """
    steps = (1, 2, 5) if high < 100 * max(low, 1) else (1,)
    sizes = [step * 10.0**exponent for exponent in range(16) for step in steps]
    values = [*(-size for size in reversed(sizes)), 0.0, *sizes]
    return [value for value in values if low <= value <= high]
