{#- Fewest customers of the segment that a country or product is named for, and most that are named. -#}
{% set fewest_customers = 10 -%}
{% set most_named = 5 -%}
with

lifts as (
    select
        *,
        {{ record({'name': 'name', 'n_customers': 'n_customers', 'lift': 'lift'}) }} as country,
        {{ record({'product_code': 'trait_key', 'name': 'name', 'n_customers': 'n_customers', 'lift': 'lift'}) }} as product,
        n_customers >= {{ fewest_customers }} as is_common
    from {{ ref('int_segment_lifts') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by segment_id, trait, is_common
            order by lift desc, name, trait_key
        ) as lift_rank,
        row_number() over (
            partition by segment_id, trait
            order by n_customers desc, trait_key
        ) as size_rank
    from lifts
),

segment_traits as (
    select
        segment_id,
        max(case when trait = 'country' and size_rank = 1 then trait_key end) as top_country,
        {%- set named = 'is_common and lift_rank <= ' ~ most_named %}
        {{ listed_in_order('country', 'lift_rank', "trait = 'country' and " ~ named) }} as top_countries,
        {{ listed_in_order('product', 'lift_rank', "trait = 'product' and " ~ named) }} as top_products
    from ranked
    group by segment_id
)

select * from segment_traits
