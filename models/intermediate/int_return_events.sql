{{ config(meta={'unit': 'customer_id'}) }}

{#- Latest sale first is a stack: a sale lays its pieces on top, a return takes from the top. The order
    below puts the sale that is to be taken first uppermost; file and line only separate lines that
    are equal in everything that counts. -#}
with

lines as (
    select * from {{ lines_of_changes(ref('int_invoice_lines_classified')) }}
    where
        rejection_reason is null
        and line_type in ('sale', 'return')
        and customer_id is not null
        and product_code is not null
        and {{ is_of_changed('customer_id') }}
),

returned_products as (
    select
        customer_id,
        product_code,
        max(invoiced_at) as last_returned_at
    from lines
    where line_type = 'return'
    group by customer_id, product_code
),

events as (
    select
        lines.customer_id,
        lines.product_code,
        lines.source_file,
        lines.source_line,
        lines.unit_price,
        lines.line_type = 'return' as is_return,
        abs(lines.signed_quantity) as quantity,
        row_number() over (
            partition by lines.customer_id, lines.product_code
            order by
                lines.invoiced_at,
                case when lines.line_type = 'return' then 1 else 0 end,
                case when lines.line_type = 'return' then lines.invoice_number end,
                lines.invoice_number desc,
                case when lines.line_type = 'return' then -lines.unit_price else lines.unit_price end,
                -lines.signed_quantity,
                lines.description,
                lines.country,
                lines.source_file,
                lines.source_line
        ) as position
    from lines
    inner join returned_products
        on
            lines.customer_id = returned_products.customer_id
            and lines.product_code = returned_products.product_code
    where lines.invoiced_at <= returned_products.last_returned_at
)

select * from events
