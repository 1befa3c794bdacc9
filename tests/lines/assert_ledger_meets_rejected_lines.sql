-- What each rule of the first half takes away is in rejected_invoice_lines under its reason, in lines and money.
with

ledger as (
    select * from {{ ref('cleaning_ledger') }}
    where part = 'lines'
),

rejected as (
    select
        rejection_reason,
        count(*) as n_lines,
        sum(line_amount) as line_amount
    from {{ ref('rejected_invoice_lines') }}
    group by rejection_reason
)

select
    ledger.rule,
    rejected.rejection_reason,
    ledger.lines_removed,
    rejected.n_lines,
    ledger.value_removed,
    rejected.line_amount
from ledger
full outer join rejected
    on ledger.rule = rejected.rejection_reason
where
    ledger.rule is null
    or ledger.lines_removed <> coalesce(rejected.n_lines, 0)
    or ledger.value_removed <> coalesce(rejected.line_amount, 0)
