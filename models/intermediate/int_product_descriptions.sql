with

-- Descriptions change and some are stock notes: the one on most sales is the product's.
ranked as (
    select
        coalesce(product_code, 'Unspecified') as product_code,
        description,
        row_number() over (
            partition by coalesce(product_code, 'Unspecified')
            order by count(*) desc, description
        ) as description_rank
    from {{ ref('invoice_lines') }}
    where line_type = 'sale' and description is not null
    group by coalesce(product_code, 'Unspecified'), description
),

product_descriptions as (
    select
        product_code,
        description
    from ranked
    where description_rank = 1
)

select * from product_descriptions
