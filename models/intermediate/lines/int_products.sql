with

sales as (
    select * from {{ ref('int_invoice_lines_classified') }}
    where rejection_reason is null and line_type = 'sale'
),

-- Descriptions change and some are stock notes: the one on most sales is the product's.
products as (
    select
        coalesce(product_code, 'Unspecified') as product_code,
        count(distinct invoice_number) as n_orders,
        {{ most_frequent('description') }} as description
    from sales
    group by coalesce(product_code, 'Unspecified')
)

select * from products
