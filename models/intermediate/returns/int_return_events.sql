{#- Latest sale first is a stack: a sale lays its pieces on top, a return takes from the top. The order
    below puts the sale that is to be taken first uppermost; file and line only separate lines that
    are equal in everything that counts. -#}
with

lines as (
    select
        *,
        upper(stock_code) as product_code,
        line_type = 'return' as is_return
    from {{ ref('base_invoice_lines') }}
    where
        own_rejection_reason is null
        and line_type in ('sale', 'return')
        and customer_id is not null
        and stock_code is not null
),

further_copies as (
    select * from {{ ref('int_duplicate_lines') }}
),

returned_products as (
    select
        lines.customer_id,
        lines.product_code,
        max(lines.invoiced_at) as last_returned_at
    from lines
    left join further_copies
        on
            lines.source_file = further_copies.source_file
            and lines.source_line = further_copies.source_line
    where lines.is_return and further_copies.copy_number is null
    group by lines.customer_id, lines.product_code
),

candidates as (
    select lines.*
    from lines
    inner join returned_products
        on
            lines.customer_id = returned_products.customer_id
            and lines.product_code = returned_products.product_code
            and lines.invoiced_at <= returned_products.last_returned_at
),

events as (
    select
        candidates.customer_id,
        candidates.product_code,
        candidates.source_file,
        candidates.source_line,
        candidates.unit_price,
        candidates.is_return,
        abs(candidates.signed_quantity) as quantity,
        row_number() over (
            partition by candidates.customer_id, candidates.product_code
            order by
                candidates.invoiced_at,
                candidates.is_return,
                case when candidates.is_return then candidates.invoice_number end,
                candidates.invoice_number desc,
                case when candidates.is_return then -candidates.unit_price else candidates.unit_price end,
                -candidates.signed_quantity,
                candidates.description,
                candidates.country,
                candidates.source_file,
                candidates.source_line
        ) as position
    from candidates
    left join further_copies
        on
            candidates.source_file = further_copies.source_file
            and candidates.source_line = further_copies.source_line
    where further_copies.copy_number is null
)

select * from events
