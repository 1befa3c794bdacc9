{#- How many rows lack a value in each of `columns`; one scan for all of them. -#}
{% test no_nulls(model, columns) %}
with

counted as (
    select
        {%- for column in columns %}
        count(*) - count({{ column }}) as {{ column }}_missing
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}
)

select * from counted
where {% for column in columns %}{{ column }}_missing > 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
