{#-
    What is wrong with the rows of a table, each fault with its number of rows; one query for all of it.
    Arguments: key (columns that no two rows share, none of them null), nullable_key (columns of the key that may be
    null), not_null (further columns that every row fills), accepted_values (column -> its values, beside null).
-#}
{% test well_formed(model, key, nullable_key=[], not_null=[], accepted_values={}) %}
{%- set whole_key = (key + nullable_key) | join(', ') -%}
with

faults as (
    {%- for column in key + not_null %}
    select
        '{{ column }} is missing' as fault,
        count(*) as n_rows
    from {{ model }}
    where {{ column }} is null
    union all
    {%- endfor %}
    {%- for column, values in accepted_values.items() %}
    select
        '{{ column }} has another value' as fault,
        count(*) as n_rows
    from {{ model }}
    where {{ column }} not in ('{{ values | join("', '") }}')
    union all
    {%- endfor %}
    select
        '{{ whole_key }} is there more than once' as fault,
        count(*) as n_rows
    from (
        select {{ whole_key }}
        from {{ model }}
        group by {{ whole_key }}
        having count(*) > 1
    ) as repeated
)

select * from faults
where n_rows > 0
{% endtest %}
