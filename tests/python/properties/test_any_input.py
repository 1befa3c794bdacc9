"""Whatever the bytes: one sentence, or every record staged, kept or rejected, and the money ties out."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from campaigns.inputs import (
    Case,
    check_customer_attributes,
    check_customer_records,
    check_invoices,
    customer_attribute_cases,
    customer_record_cases,
    invoice_cases,
)

# The same cases in every run; python -m campaigns tries others, and more.
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


@pytest.mark.filterwarnings("error")
@few
@given(customer_attribute_cases())
def test_customer_attributes(case: Case) -> None:
    check_customer_attributes(case)


def test_attributes_of_a_customer_that_is_not_there_are_rejected() -> None:
    assert check_customer_attributes(Case(".csv", b"customer_id,age\n17850,40\n999,50\n,60\n17850,70\n"))
