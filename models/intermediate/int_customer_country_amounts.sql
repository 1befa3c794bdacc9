{{ config(meta={'unit': 'customer_id'}) }}

with

lines as (
    select * from {{ lines_of_changes(ref('int_customer_lines')) }}
    where {{ is_of_changed('customer_id') }}
),

country_amounts as (
    select
        customer_id,
        coalesce(country, 'Unspecified') as country,
        {{ bought_amounts() }},
        -- Null where no line that the basis takes names the country.
        cast(sum(case when country is not null then kept_amount end) as decimal(18, 2)) as kept_amount,
        max(case when country is not null and kept_amount is not null then invoice_date end) as last_order_date
    from lines
    group by customer_id, coalesce(country, 'Unspecified')
)

select * from country_amounts
