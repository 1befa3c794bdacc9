{#- Most levels of a text column that become features; beyond that it is shown in profiles only. -#}
{%- set most_levels = 10 -%}
{#- Headers of what belongs to one person; a value that hardly any two customers share has to come with it. -#}
{%- set personal_names = "mail|phone|address|street|birth|iban|passport|surname|(post|zip) ?_?code"
    ~ "|^(customer|contact|client|buyer|user|first|last|full|given|family)?[ _-]*name$"
    ~ "|(^|[^a-z])(tel|mobile|fax|zip|dob|ssn|id|ip)([^a-z]|$)" -%}
-- noqa: disable=LT02
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
        min(value_number) as smallest_number,
        sum(case
            when {{ matches_fully('value_text', '[^@ ]+@[^@ ]+[.][^@ ]+') }} then 1
            when {{ matches_fully('value_text', '([+]|0)[0-9 ()./-]{7,}') }} then 1
            else 0
        end) as n_contacts
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
        case when n_numbers = n_customers then smallest_number end as smallest_number,
        n_contacts > n_customers / 2
        or (n_numbers < n_customers and n_levels > greatest(20, n_customers / 20))
        or (
            n_levels > least(20, n_customers / 2)
            and {{ matches_partly('lower(attribute)', personal_names) }}
        )
        {%- for name in var('private_attributes') %}
        or attribute = {{ string_literal(name) }}
        {%- endfor %} as is_private
    from counted
)

select * from attributes
