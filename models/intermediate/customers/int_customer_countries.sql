with

amounts as (
    select * from {{ ref('int_order_amounts') }}
    where rule is null and country is not null
),

-- Where the customer's money is; on a tie the latest, then the alphabet.
ranked as (
    select
        customer_id,
        country,
        row_number() over (
            partition by customer_id
            order by sum(kept_amount) desc, max(last_date) desc, country
        ) as country_rank,
        count(*) over (partition by customer_id) as n_countries
    from amounts
    group by customer_id, country
),

main_countries as (
    select
        customer_id,
        country,
        n_countries > 1 as is_multi_country
    from ranked
    where country_rank = 1
)

select * from main_countries
