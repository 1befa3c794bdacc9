"""How long `score_customer` takes in the published database, as an application calls it.

`python -m benchmarks.score_calls published/segments.duckdb` prints seconds as JSON. It runs in a process of
its own: what the first call costs can be seen only once.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

import duckdb

ONE = "select * from score_customer(?, ?, ?)"
N_AT_ONCE = 1_000
# One row per customer; the outer query reads every column, so that none is left out.
MANY = f"""
select count(*), sum(hash(scored))
from (select * from customer_rfm order by customer_id limit {N_AT_ONCE}) as customers
cross join lateral (
    from score_customer(customers.recency_days, customers.frequency, customers.monetary)
) as scored
"""
N_WARM_CALLS = 200
N_WARM_CALLS_OF_MANY = 10


def seconds_of(call: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def run(path: str) -> dict[str, float]:
    """Seconds to open the database, of the first call, and of later ones (median and 95th percentile)."""
    start = time.perf_counter()
    connection = duckdb.connect(path, read_only=True)
    opened = time.perf_counter() - start
    with connection:
        first = seconds_of(lambda: connection.execute(ONE, [30, 2, 300.0]).fetchall())
        warm = [
            seconds_of(lambda days=days: connection.execute(ONE, [days, 2, 300.0]).fetchall())  # type: ignore[misc]
            for days in range(N_WARM_CALLS)
        ]
        many = [seconds_of(lambda: connection.execute(MANY).fetchall()) for _ in range(N_WARM_CALLS_OF_MANY)]
    return {
        "open": opened,
        "first_call": first,
        "warm_call": statistics.median(warm),
        "warm_call_95th_percentile": statistics.quantiles(warm, n=20)[-1],
        "thousand_customers": statistics.median(many),
    }


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
