{#- Most levels of a text column that become features; beyond that it is shown in profiles only. -#}
{%- set most_levels = 10 -%}
with

attribute_values as (
    select * from {{ ref('int_attribute_values') }}
),

counted as (
    select
        attribute,
        count(*) as n_customers,
        count(value_number) as n_numbers,
        count(distinct value_text) as n_levels,
        min(value_number) as smallest_number
    from attribute_values
    group by attribute
),

attributes as (
    select
        attribute,
        case
            when n_numbers = n_customers then 'number'
            when n_levels <= {{ most_levels }} then 'category'
            else 'text'
        end as kind,
        n_customers,
        n_levels,
        case when n_numbers = n_customers then smallest_number end as smallest_number
    from counted
)

select * from attributes
