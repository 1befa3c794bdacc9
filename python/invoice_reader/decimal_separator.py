"""Whether the unit prices of a file have a decimal point or a decimal comma.

The comma is the separator where more prices end in a comma and digits than in a point and digits. 1,250
alone may be a thousand and is no evidence for either. In a file with both, the majority decides (the point on
a tie) and the other prices stay what they are: not readable as numbers.
"""

from dataclasses import dataclass

import duckdb

from sql_text import quoted_identifier

PRICE_SEPARATORS = r"""
with prices as (
    select trim(cast({column} as varchar)) as price
    from {relation}
    where {column} is not null
),

marked as (
    select
        regexp_matches(price, '^\D*[1-9]\d{{0,2}}(,\d{{3}})+$') as is_open,
        regexp_matches(price, '^\D*\d[\d.]*,\d+$') as ends_in_comma,
        regexp_matches(price, '^\D*\d?[\d,]*\.\d+$') as ends_in_point,
    from prices
    where price like '%,%' or price like '%.%'
)

select
    count(*) filter (where ends_in_comma and not is_open) as n_commas,
    count(*) filter (where ends_in_point) as n_points,
from marked
"""


@dataclass(frozen=True)
class PriceSeparators:
    """Number of prices with a decimal comma and with a decimal point."""

    n_commas: int
    n_points: int

    @property
    def separator(self) -> str:
        """ "," or "."."""
        return "," if self.n_commas > self.n_points else "."

    @property
    def is_mixed(self) -> bool:
        """Whether both occur."""
        return self.n_commas > 0 and self.n_points > 0


def price_separators(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> PriceSeparators:
    """Count the separators in a text column; relation: ready for SQL, column: its plain name."""
    query = PRICE_SEPARATORS.format(relation=relation, column=quoted_identifier(column))
    return PriceSeparators(*connection.execute(query).fetchall()[0])
