"""Customer ids as personal data: pseudonyms for what is published, and customers who are forgotten.

`functions` gives DuckDB the two functions that SQL needs; `python -m privacy forget` removes one customer.
The key of all hashes comes from the environment and is nowhere stored or logged.
"""

from privacy.functions import register_functions
from privacy.keys import PrivacyError, privacy_key
from privacy.suppression import SuppressionList, suppression_path

__all__ = ["PrivacyError", "SuppressionList", "privacy_key", "register_functions", "suppression_path"]
