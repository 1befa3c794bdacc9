-- A return cancels a sale of the same customer and product, not one after it.
with

pairs as (
    select * from {{ ref('int_returns_paired') }}
    where is_paired and {{ is_to_be_tested('customer_id') }}
),

ends_of_pairs as (
    select
        return_source_file as source_file,
        return_source_line as source_line
    from pairs
    union
    select
        sale_source_file as source_file,
        sale_source_line as source_line
    from pairs
),

lines as (
    select invoice_lines.*
    from {{ lines_of_changes(ref('invoice_lines')) }} as invoice_lines
    inner join ends_of_pairs
        on
            invoice_lines.source_file = ends_of_pairs.source_file
            and invoice_lines.source_line = ends_of_pairs.source_line
)

select
    pairs.*,
    returned.invoiced_at as returned_at,
    sale.invoiced_at as sold_at
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
    returned.line_type is distinct from 'return'
    or sale.line_type is distinct from 'sale'
    or sale.customer_id is distinct from returned.customer_id
    or sale.product_code is distinct from returned.product_code
    or sale.invoiced_at > returned.invoiced_at
