{#-
    Rows that share their values in `columns`, the key of the model together. Arguments: columns; changed_unit, see
    macros/changes, for a table that is made anew only where lines have changed.
-#}
{% test unique_combination(model, columns, changed_unit=none) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows
from {{ model }}
where {{ is_to_be_tested(changed_unit) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
