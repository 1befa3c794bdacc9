"""Find, check and read the input before the first model runs.

`prepare` answers a request of the build: which files there are, as Parquet that SQL can read, or the one
sentence that says why the input cannot be used. `check_headers` finds in a second or two, without a database,
most of what that sentence may be about.
"""

from invoice_reader.headers import check_headers
from invoice_reader.prepare import prepare

__all__ = ["check_headers", "prepare"]
