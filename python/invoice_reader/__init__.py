"""Find, check and read the input before the first model runs.

`prepare` answers a request of the build: which files there are, as Parquet that SQL can read, or the one
sentence that says why the input cannot be used.
"""

from invoice_reader.prepare import prepare

__all__ = ["prepare"]
