{#-
    Places where a line of a file appears twice, in runs of 50 lines: each line sets one bit of its run, so that a run
    with fewer bits than rows has one twice. As exact as grouping by file and line, with a fiftieth of the groups.
    Arguments: changed_unit, see macros/changes, for a table that is made anew only where lines have changed.
-#}
{% test unique_lines(model, changed_unit=none) %}
with

lines as (
    select
        source_file,
        source_line - source_line % 50 as first_line_of_run,
        cast(power(2, source_line % 50) as bigint) as bit_of_line
    from {{ lines_of_changes(model) if changed_unit else model }}
    where {{ is_to_be_tested(changed_unit) }}
)

select
    source_file,
    first_line_of_run,
    count(*) as n_rows,
    bit_count(bit_or(bit_of_line)) as n_lines
from lines
group by source_file, first_line_of_run
having count(*) > bit_count(bit_or(bit_of_line))
{% endtest %}
