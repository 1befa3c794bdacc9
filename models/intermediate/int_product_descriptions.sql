with

days as (
    select * from {{ ref('int_description_days') }}
),

-- Descriptions change and some are stock notes: the one on most sales is the product's.
ranked as (
    select
        product_code,
        description,
        row_number() over (
            partition by product_code
            order by sum(n_sales) desc, description
        ) as description_rank
    from days
    group by product_code, description
),

product_descriptions as (
    select
        product_code,
        description
    from ranked
    where description_rank = 1
)

select * from product_descriptions
