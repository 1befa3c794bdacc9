with

lines as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is null
),

invoice_lines as (
    select
        -- identifiers
        source_file,
        source_line,
        invoice_number,
        customer_id,
        stock_code,
        product_code,

        -- dimensions
        line_type,
        description,
        country,
        invoiced_at,
        invoice_date,
        customer_id is not null as is_attributed,

        -- facts
        signed_quantity as quantity,
        unit_price,
        line_amount,
        returned_quantity,
        returned_amount,
        line_amount - returned_amount as net_amount
    from lines
)

select * from invoice_lines
