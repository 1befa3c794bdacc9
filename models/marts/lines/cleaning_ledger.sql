{%- set rules = ledger_rules() -%}
-- noqa: disable=LT02
with

fates as (
    select * from {{ ref('int_invoice_fates') }}
),

customers as (
    select customer_id from {{ ref('int_customer_measures') }}
),

returns_paired as (
    select * from {{ ref('int_returns_paired') }}
),

rules as (
    {%- for part, rule, description in rules %}
    select
        {{ loop.index }} as rule_number,
        '{{ part }}' as part,
        '{{ rule }}' as rule,
        '{{ description }}' as description
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- All that follows is counted from these few rows. Whether a customer keeps anything shows when all else is done.
grouped as (
    select
        fates.invoice_number,
        fates.customer_id,
        fates.n_lines,
        fates.line_amount,
        coalesce(rules.rule_number, {{ rules | length + 1 }}) as rule_number
    from fates
    left join customers
        on fates.customer_id = customers.customer_id
    left join rules
        on coalesce(fates.rule, case when customers.customer_id is null then 'nothing_kept' end) = rules.rule
),

-- An invoice or a customer is gone with its last line.
last_of_invoices as (
    select
        invoice_number,
        max(rule_number) as rule_number
    from grouped
    where invoice_number is not null
    group by invoice_number
),

last_of_customers as (
    select
        customer_id,
        max(rule_number) as rule_number
    from grouped
    where customer_id is not null
    group by customer_id
),

lines as (
    select
        rule_number,
        sum(n_lines) as n_lines,
        sum(line_amount) as line_amount
    from grouped
    group by rule_number
),

invoices as (
    select
        rule_number,
        count(*) as n_invoices
    from last_of_invoices
    group by rule_number
),

gone_customers as (
    select
        rule_number,
        count(*) as n_customers
    from last_of_customers
    group by rule_number
),

paired_amounts as (
    select
        coalesce(sum(case when is_paired then amount_at_return_price end), 0.00) as at_return_price,
        coalesce(sum(case when is_paired then amount_at_sale_price end), 0.00) as at_sale_price
    from returns_paired
),

removed as (
    select
        rules.rule_number,
        rules.part,
        rules.rule,
        rules.description,
        coalesce(lines.n_lines, 0) as lines_removed,
        coalesce(invoices.n_invoices, 0) as invoices_removed,
        coalesce(gone_customers.n_customers, 0) as customers_removed,
        cast(
            case
                -- All that is left of the returns goes in two steps: what found no sale, then what did.
                when rules.rule = 'paired_return' then -paired_amounts.at_return_price
                when rules.rule = 'unpaired_return'
                    then
                        coalesce(lines.line_amount, 0.00)
                        + coalesce(partly.line_amount, 0.00)
                        + paired_amounts.at_return_price
                when rules.rule = 'cancelled_sale' then paired_amounts.at_return_price
                when rules.rule = 'price_difference' then paired_amounts.at_sale_price - paired_amounts.at_return_price
                -- Their sales have been taken off with the returns.
                when rules.rule = 'nothing_kept' then 0.00
                else coalesce(lines.line_amount, 0.00)
            end as decimal(18, 2)
        ) as value_removed
    from rules
    cross join paired_amounts
    left join lines
        on rules.rule_number = lines.rule_number
    left join lines as partly
        on
            rules.rule = 'unpaired_return'
            and rules.rule_number + 1 = partly.rule_number
    left join invoices
        on rules.rule_number = invoices.rule_number
    left join gone_customers
        on rules.rule_number = gone_customers.rule_number
),

totals as (
    select
        (select coalesce(sum(n_lines), 0) from grouped) as n_lines,
        (select count(*) from last_of_invoices) as n_invoices,
        (select count(*) from last_of_customers) as n_customers,
        (select coalesce(sum(line_amount), 0.00) from grouped) as line_amount
),

running as (
    select
        removed.*,
        {%- for measure, total in [
            ('lines', 'n_lines'), ('invoices', 'n_invoices'), ('customers', 'n_customers'), ('value', 'line_amount'),
        ] %}
        totals.{{ total }} - sum(removed.{{ measure }}_removed) over (
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
        cast(rule_number as integer) as rule_number,
        part,
        rule,
        description,
        {%- for measure in ['lines', 'invoices', 'customers'] %}
        cast({{ measure }}_after + {{ measure }}_removed as bigint) as {{ measure }}_before,
        cast({{ measure }}_removed as bigint) as {{ measure }}_removed,
        cast({{ measure }}_after as bigint) as {{ measure }}_after,
        {%- endfor %}
        cast(value_after + value_removed as decimal(18, 2)) as value_before,
        value_removed,
        cast(value_after as decimal(18, 2)) as value_after
    from running
)

select * from cleaning_ledger
