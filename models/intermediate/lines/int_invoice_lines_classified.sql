{{ config(materialized='view') }}

-- noqa: disable=LT02
with

lines as (
    select * from {{ ref('base_invoice_lines') }}
),

further_copies as (
    select * from {{ ref('int_duplicate_lines') }}
),

returns_paired as (
    select * from {{ ref('int_returns_paired') }}
    where is_paired
),

-- What pairing says of a line: what came back of a sale, and that a return has found one.
paired_lines as (
    select
        sale_source_file as source_file,
        sale_source_line as source_line,
        cast(sum(quantity) as bigint) as returned_quantity,
        cast(sum(amount_at_sale_price) as decimal(18, 2)) as returned_amount
    from returns_paired
    group by sale_source_file, sale_source_line
    union all
    select
        return_source_file as source_file,
        return_source_line as source_line,
        cast(null as bigint) as returned_quantity,
        cast(null as decimal(18, 2)) as returned_amount
    from returns_paired
    group by return_source_file, return_source_line
),

judged as (
    select
        lines.*,
        upper(lines.stock_code) as product_code,
        cast(lines.invoiced_at as date) as invoice_date,
        case
            when further_copies.copy_number is not null then 'duplicate'
            else lines.own_rejection_reason
        end as rejection_reason,
        case when lines.line_type = 'sale' then coalesce(paired_lines.returned_quantity, 0) end as returned_quantity,
        case when lines.line_type = 'sale' then coalesce(paired_lines.returned_amount, 0.00) end as returned_amount,
        paired_lines.source_line is not null as is_paired
    from lines
    left join further_copies
        on
            lines.source_file = further_copies.source_file
            and lines.source_line = further_copies.source_line
    left join paired_lines
        on
            lines.source_file = paired_lines.source_file
            and lines.source_line = paired_lines.source_line
),

-- The rule of the ledger that takes the line away; null where it stays to the sum of customer_rfm.monetary, or goes
-- with a customer who keeps nothing.
with_rule as (
    select
        *,
        case
            when rejection_reason is not null then rejection_reason
            {%- if var('monetary_basis') == 'gross' %}
            when customer_id is null then 'no_customer'
            when signed_quantity < 0 then 'negative_quantity'
            {%- else %}
            when line_type in ('charge', 'discount') then line_type
            when customer_id is null then 'no_customer'
            when line_type = 'return' and is_paired then 'paired_return'
            when line_type = 'return' then 'unpaired_return'
            {%- endif %}
        end as rule
    from judged
),

classified as (
    select
        *,
        case when rule is null then
            {{ 'line_amount' if var('monetary_basis') == 'gross' else 'line_amount - returned_amount' }}
        end as kept_amount
    from with_rule
)

select * from classified
