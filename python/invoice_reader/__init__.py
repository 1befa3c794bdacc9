"""Find, check and read the input before the first model runs.

`prepare` answers a request of the build: which files there are, as Parquet that SQL can read, or the one
sentence that says why the input cannot be used. `check_variables` checks the project's vars.
"""

from invoice_reader.prepare import prepare
from invoice_reader.variables import KNOWN_VARIABLES, check_variables

__all__ = ["KNOWN_VARIABLES", "check_variables", "prepare"]
