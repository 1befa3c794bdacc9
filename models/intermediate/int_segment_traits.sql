{#- Fewest customers of the segment that a country or product is named for, and most that are named. -#}
{% set fewest_customers = 10 -%}
{% set most_named = 5 -%}
with

lifts as (
    select
        *,
        { 'name': name, 'n_customers': n_customers, 'lift': lift } as country,
        { 'product_code': trait_key, 'name': name, 'n_customers': n_customers, 'lift': lift } as product,
        n_customers >= {{ fewest_customers }} as is_common
    from {{ ref('int_segment_lifts') }}
),

ranked as (
    select
        *,
        is_common and row_number() over (
            partition by segment_id, trait, is_common
            order by lift desc, name, trait_key
        ) <= {{ most_named }} as is_named
    from lifts
),

segment_traits as (
    select
        segment_id,
        first(trait_key order by n_customers desc, trait_key) filter (where trait = 'country') as top_country,
        list(country order by lift desc, name) filter (where is_named and trait = 'country') as top_countries,
        list(product order by lift desc, name, trait_key) filter (where is_named and trait = 'product') as top_products
    from ranked
    group by segment_id
)

select * from segment_traits
