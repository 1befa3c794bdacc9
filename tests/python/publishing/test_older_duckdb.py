"""The published file in DuckDB 1.4, which today's BI drivers bundle: tables, comments, score_customer.

Skipped where that version cannot be installed.
"""

import json
import os
import subprocess
import sys

# What an older DuckDB finds in the file, as JSON.
READ = """
import json, sys
import duckdb

connection = duckdb.connect(sys.argv[1], read_only=True)
def rows(query):
    return connection.execute(query).fetchall()
print(json.dumps({
    "version": duckdb.__version__,
    "customers": rows("select customer_id, cast(monetary as text) from customer_rfm order by customer_id"),
    "table_comment": rows("select comment from duckdb_tables() where table_name = 'customer_rfm'"),
    "column_comment": rows(
        "select comment from duckdb_columns() where table_name = 'customer_rfm' and column_name = 'monetary'"
    ),
    "scores": rows("select segment_key from score_customer(3, 1, 2.5)"),
    "parquet": duckdb.execute("select count(*) from read_parquet($1)", [sys.argv[2]]).fetchall(),
}))
"""


def test_the_published_file_opens_in_an_older_duckdb(publish_version, link, warehouse_module, older_duckdb):
    publish_version(1)
    read = subprocess.run(
        [sys.executable, "-c", READ, str(link / "segments.duckdb"), str(link / "customer_rfm.parquet")],
        env={**os.environ, "PYTHONPATH": str(older_duckdb)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert read.returncode == 0, read.stderr
    found = json.loads(read.stdout)
    assert found["version"].startswith("1.4.")
    assert found["customers"] == [[customer, "1.00"] for customer in sorted(warehouse_module.CUSTOMERS)]
    assert found["table_comment"] == [["One row per customer. It's 1."]]
    assert found["column_comment"] == [["Kept amount, in GBP."]]
    assert found["scores"] == [["champions"]]
    assert found["parquet"] == [[len(warehouse_module.CUSTOMERS)]]
