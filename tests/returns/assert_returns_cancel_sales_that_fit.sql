-- Each return of an identified customer is paired or shown unpaired, to the last piece and penny. A sale that it
-- cancels is of the same customer and product and not after it, and gives back no more than it sold.
with

pairs as (
    select * from {{ ref('int_returns_paired') }}
),

returned_pieces as (
    select
        return_source_file as source_file,
        return_source_line as source_line,
        sum(quantity) as pieces,
        sum(amount_at_return_price) as amount
    from pairs
    group by return_source_file, return_source_line
),

sold_pieces as (
    select distinct
        sale_source_file as source_file,
        sale_source_line as source_line
    from pairs
    where is_paired
),

lines as (
    select
        invoice_lines.*,
        returned_pieces.pieces,
        returned_pieces.amount
    from {{ ref('invoice_lines') }} as invoice_lines
    left join returned_pieces
        on
            invoice_lines.source_file = returned_pieces.source_file
            and invoice_lines.source_line = returned_pieces.source_line
    left join sold_pieces
        on
            invoice_lines.source_file = sold_pieces.source_file
            and invoice_lines.source_line = sold_pieces.source_line
    where
        invoice_lines.line_type = 'return'
        or invoice_lines.returned_quantity <> 0
        or sold_pieces.source_line is not null
),

faulty_lines as (
    select
        source_file,
        source_line
    from lines
    where
        case
            when line_type = 'return' and is_attributed and product_code is not null
                then not (-quantity = coalesce(pieces, 0) and -line_amount = coalesce(amount, 0.00))
            when line_type <> 'sale' then pieces is not null
            else
                not (returned_quantity between 0 and quantity)
                or not (returned_amount between 0 and line_amount)
                or net_amount <> line_amount - returned_amount
                or (returned_quantity = quantity and net_amount <> 0)
        end
),

faulty_pairs as (
    select
        pairs.return_source_file as source_file,
        pairs.return_source_line as source_line
    from pairs
    left join lines as returned
        on
            pairs.return_source_file = returned.source_file
            and pairs.return_source_line = returned.source_line
    left join lines as sale
        on
            pairs.sale_source_file = sale.source_file
            and pairs.sale_source_line = sale.source_line
    where
        pairs.is_paired
        and (
            returned.line_type is distinct from 'return'
            or sale.line_type is distinct from 'sale'
            or sale.customer_id is distinct from returned.customer_id
            or sale.product_code is distinct from returned.product_code
            or sale.invoiced_at > returned.invoiced_at
        )
)

select * from faulty_lines
union all
select * from faulty_pairs
