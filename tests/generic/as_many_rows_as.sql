{#-
    Both numbers of rows where they differ. A model that only adds columns to the rows of another has the other's
    key too, if that is unique: to see that nothing was lost or doubled, counting is enough.
-#}
{% test as_many_rows_as(model, compared_to) %}
with

rows_here as (
    select count(*) as n_rows
    from {{ model }}
),

rows_there as (
    select count(*) as n_rows
    from {{ compared_to }}
)

select
    rows_here.n_rows,
    rows_there.n_rows as n_rows_compared_to
from rows_here
cross join rows_there
where rows_here.n_rows <> rows_there.n_rows
{% endtest %}
