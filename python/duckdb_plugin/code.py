"""What decides, beside the input and the vars, how lines are read and judged."""

import csv
import hashlib
from pathlib import Path

import duckdb

NON_PRODUCT_STOCK_CODES = Path("seeds/non_product_stock_codes.csv")
# What staging reads and how, below the project's root, where dbt runs.
RULES = (
    "models/staging/*.sql",
    "macros/**/*.sql",
    NON_PRODUCT_STOCK_CODES.as_posix(),
    "python/invoice_reader/*.py",
    "python/privacy/*.py",
)


def project_checksum(forgotten_customers: Path | None) -> str:
    """A hash of the rules as they are written, of DuckDB's version and of the list of forgotten customers.

    Lines that were read under another one have to be read again.
    """
    paths = {path for pattern in RULES for path in Path().glob(pattern)}
    if forgotten_customers is not None and forgotten_customers.exists():
        paths.add(forgotten_customers)
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.as_posix()} {content}\n".encode())
    return digest.hexdigest()


def non_product_stock_codes() -> list[str]:
    """The codes of charges and discounts in upper case, of the seed as it is written: dbt loads it later.

    None where there is no such file: then the model that reads the seed says so.
    """
    if not NON_PRODUCT_STOCK_CODES.exists():
        return []
    with NON_PRODUCT_STOCK_CODES.open(encoding="utf-8", newline="") as file:
        return [record["stock_code"].strip().upper() for record in csv.DictReader(file)]
