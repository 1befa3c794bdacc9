with

sales as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is null and line_type = 'sale'
),

-- Descriptions change and some are stock notes: the one on most sales is the product's.
products as (
    select
        coalesce(sales.product_code, 'Unspecified') as product_code,
        count(distinct sales.invoice_number) as n_orders,
        {{ most_frequent('sales.description') }} as description
    from sales
    group by coalesce(sales.product_code, 'Unspecified')
)

select * from products
