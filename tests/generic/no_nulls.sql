{#-
    How many rows lack a value in each of `columns`; one scan for all of them. Arguments: columns; changed_unit, see
    macros/changes, for a table that is made anew only where lines have changed.
-#}
{% test no_nulls(model, columns, changed_unit=none) %}
with

counted as (
    select
        {%- for column in columns %}
        count(*) - count({{ column }}) as {{ column }}_missing
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ lines_of_changes(model) if changed_unit else model }}
    where {{ is_to_be_tested(changed_unit) }}
)

select * from counted
where {% for column in columns %}{{ column }}_missing > 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
