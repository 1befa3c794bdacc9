"""Which sales a return cancels: arithmetic on whole numbers, without dbt and without SQL."""

from returns.pairing import Pairs, ReturnPairing

__all__ = ["Pairs", "ReturnPairing"]
