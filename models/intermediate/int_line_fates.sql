{{ config(materialized='view') }}

-- noqa: disable=LT02
with

classified as (
    select * from {{ ref('int_invoice_lines_classified') }}
),

paired_returns as (
    select distinct
        return_source_file,
        return_source_line
    from {{ ref('int_returns_paired') }}
    where is_paired
),

-- The rule that takes a line out of the way to the sum of customer_rfm.monetary, as far as lines decide it.
fates as (
    select
        classified.source_file,
        classified.source_line,
        classified.invoice_number,
        classified.customer_id,
        case when classified.rejection_reason is null then cast(classified.invoiced_at as date) end as counted_date,
        coalesce(classified.line_amount, 0.00) as line_amount,
        case
            when classified.rejection_reason is not null then classified.rejection_reason
            {%- if var('monetary_basis') == 'gross' %}
            when classified.customer_id is null then 'no_customer'
            when classified.signed_quantity < 0 then 'negative_quantity'
            {%- else %}
            when classified.line_type in ('charge', 'discount') then classified.line_type
            when classified.customer_id is null then 'no_customer'
            when classified.line_type = 'return' and paired_returns.return_source_line is null then 'unpaired_return'
            when classified.line_type = 'return' then 'paired_return'
            {%- endif %}
        end as rule
    from classified
    left join paired_returns
        on
            classified.source_file = paired_returns.return_source_file
            and classified.source_line = paired_returns.return_source_line
)

select * from fates
