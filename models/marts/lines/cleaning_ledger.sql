{%- set measures = {
    'lines': 'bigint', 'invoices': 'bigint', 'customers': 'bigint', 'value': 'decimal(18, 2)',
} -%}
-- noqa: disable=LT02
with

counts as (
    select * from {{ ref('int_ledger_counts') }}
),

pairs as (
    select
        coalesce(sum(amount_at_return_price), 0.00) as at_return_price,
        coalesce(sum(amount_at_sale_price), 0.00) as at_sale_price
    from {{ ref('int_returns_paired') }}
    where is_paired
),

returned as (
    select coalesce(sum(line_amount), 0.00) as line_amount
    from counts
    where rule in ('unpaired_return', 'paired_return')
),

-- The value of returns goes in two steps: what found no sale, then what did. The latter takes its part of the sales
-- along, at the price of the return and then the rest of what the sale had cost.
removed as (
    select
        counts.rule_number,
        counts.part,
        counts.rule,
        counts.description,
        counts.n_lines as lines_removed,
        counts.n_invoices as invoices_removed,
        counts.n_customers as customers_removed,
        case counts.rule
            when 'unpaired_return' then returned.line_amount + pairs.at_return_price
            when 'paired_return' then -pairs.at_return_price
            when 'cancelled_sale' then pairs.at_return_price
            when 'price_difference' then pairs.at_sale_price - pairs.at_return_price
            when 'nothing_kept' then 0.00
            else counts.line_amount
        end as value_removed
    from counts
    cross join returned
    cross join pairs
    where counts.rule is not null
),

-- The row without a rule is what stays, so that all rows together are the input.
totals as (
    select
        sum(n_lines) as lines_before,
        sum(n_invoices) as invoices_before,
        sum(n_customers) as customers_before,
        sum(line_amount) as value_before
    from counts
),

running as (
    select
        removed.*,
        {%- for measure in measures %}
        totals.{{ measure }}_before - sum(removed.{{ measure }}_removed) over (
            order by removed.rule_number
            rows between unbounded preceding and current row
        ) as {{ measure }}_after
        {{- ',' if not loop.last }}
        {%- endfor %}
    from removed
    cross join totals
),

cleaning_ledger as (
    select
        rule_number,
        part,
        rule,
        description,
        {%- for measure, type in measures.items() %}
        cast({{ measure }}_after + {{ measure }}_removed as {{ type }}) as {{ measure }}_before,
        cast({{ measure }}_removed as {{ type }}) as {{ measure }}_removed,
        cast({{ measure }}_after as {{ type }}) as {{ measure }}_after
        {{- ',' if not loop.last }}
        {%- endfor %}
    from running
)

select * from cleaning_ledger
