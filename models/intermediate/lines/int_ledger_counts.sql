{%- set patterns = invoice_number_patterns() -%}
{%- set in_words = {
    'adjustment': ('Invoice number that matches ' ~ patterns.adjustment ~ ', or n' if patterns.adjustment else 'N')
        ~ 'egative price',
    'paired_return': 'Returns that cancel a sale, at their own price'
        ~ ('; an invoice number that matches ' ~ patterns.cancellation ~ ' is a return' if patterns.cancellation else ''),
} -%}
-- noqa: disable=LT02
with

amounts as (
    select * from {{ ref('int_order_amounts') }}
),

customers as (
    select customer_id from {{ ref('int_customer_measures') }}
),

-- The rules of the basis, in order; that of forgotten customers only where there are any.
rules as (
    select
        part,
        rule,
        case rule
            {%- for name, description in in_words.items() %}
            when {{ string_literal(name) }} then {{ string_literal(description) }}
            {%- endfor %}
            else description
        end as description,
        cast(row_number() over (order by rule_number) as integer) as rule_number
    from {{ ref('ledger_rules') }}
    where
        coalesce(monetary_basis, {{ string_literal(var('monetary_basis')) }}) = {{ string_literal(var('monetary_basis')) }}
        and (rule <> 'forgotten_customer' or {{ 'true' if has_forgotten_customers() else 'false' }})
),

-- Whether a customer keeps anything shows when all else is done. What no rule takes away has none.
with_rule as (
    select
        amounts.invoice_number,
        amounts.customer_id,
        amounts.n_lines,
        amounts.line_amount,
        rules.rule_number
    from amounts
    left join customers
        on amounts.customer_id = customers.customer_id
    left join rules
        on coalesce(amounts.rule, case when customers.customer_id is null then 'nothing_kept' end) = rules.rule
),

-- An invoice or a customer is gone with its last line.
counted as (
    select
        rule_number,
        sum(n_lines) as n_lines,
        0 as n_invoices,
        0 as n_customers,
        sum(line_amount) as line_amount
    from with_rule
    group by rule_number

    union all

    select
        case when count(rule_number) = count(*) then max(rule_number) end as rule_number,
        0 as n_lines,
        1 as n_invoices,
        0 as n_customers,
        0.00 as line_amount
    from with_rule
    where invoice_number is not null
    group by invoice_number

    union all

    select
        case when count(rule_number) = count(*) then max(rule_number) end as rule_number,
        0 as n_lines,
        0 as n_invoices,
        1 as n_customers,
        0.00 as line_amount
    from with_rule
    where customer_id is not null
    group by customer_id
),

ledger_counts as (
    select
        rules.rule_number,
        rules.part,
        rules.rule,
        rules.description,
        cast(coalesce(sum(counted.n_lines), 0) as bigint) as n_lines,
        cast(coalesce(sum(counted.n_invoices), 0) as bigint) as n_invoices,
        cast(coalesce(sum(counted.n_customers), 0) as bigint) as n_customers,
        cast(coalesce(sum(counted.line_amount), 0) as decimal(18, 2)) as line_amount
    from rules
    full outer join counted
        on rules.rule_number = counted.rule_number
    group by rules.rule_number, rules.part, rules.rule, rules.description
)

select * from ledger_counts
