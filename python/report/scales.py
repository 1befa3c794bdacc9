"""Axes for values that span orders of magnitude and may hold 0."""


def is_logarithmic(low: float) -> bool:
    """Whether values from `low` on go on a logarithmic axis; else near 0 the axis is linear (symlog)."""
    return low >= 1


def round_values(low: float, high: float) -> list[float]:
    """Powers of ten, 0 and their negatives between low and high, for the ticks of such an axis."""
    powers = [10.0**exponent for exponent in range(16)]
    values = [*(-power for power in reversed(powers)), 0.0, *powers]
    return [value for value in values if low <= value <= high]
