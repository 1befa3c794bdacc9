"""Whatever the bytes: one sentence, or every record staged, kept or rejected, and the money ties out."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from chaos.inputs import Case, check_customer_records, check_invoices, customer_record_cases, invoice_cases

# The same cases in every run; python -m chaos tries others, and more.
few = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.filterwarnings("error")
@few
@given(invoice_cases())
def test_invoices(case: Case) -> None:
    check_invoices(case)


@pytest.mark.filterwarnings("error")
@few
@given(customer_record_cases())
def test_customer_records(case: Case) -> None:
    check_customer_records(case)
