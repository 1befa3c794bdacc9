-- Every staged line is in invoice_lines or in rejected_invoice_lines, and in one of them only.
-- A file's line numbers are compared as a whole, by count and sum of hashes; only where these differ, one by one.
with

staged as (
    select
        source_file,
        source_line
    from {{ ref('stg_invoice_lines') }}
),

counted as (
    select
        source_file,
        source_line
    from {{ ref('invoice_lines') }}
    union all
    select
        source_file,
        source_line
    from {{ ref('rejected_invoice_lines') }}
),

staged_files as (
    select
        source_file,
        count(*) as n_lines,
        sum(cast({{ row_hash(['source_line']) }} as {{ wide_integer() }})) as lines_hash
    from staged
    group by source_file
),

counted_files as (
    select
        source_file,
        count(*) as n_lines,
        sum(cast({{ row_hash(['source_line']) }} as {{ wide_integer() }})) as lines_hash
    from counted
    group by source_file
),

different_files as (
    select coalesce(staged_files.source_file, counted_files.source_file) as source_file
    from staged_files
    full outer join counted_files
        on staged_files.source_file = counted_files.source_file
    where
        staged_files.n_lines is distinct from counted_files.n_lines
        or staged_files.lines_hash is distinct from counted_files.lines_hash
),

appearances as (
    select
        counted.source_file,
        counted.source_line,
        count(*) as n_appearances
    from counted
    inner join different_files
        on counted.source_file = different_files.source_file
    group by counted.source_file, counted.source_line
),

staged_lines as (
    select staged.*
    from staged
    inner join different_files
        on staged.source_file = different_files.source_file
)

select
    coalesce(staged_lines.source_file, appearances.source_file) as source_file,
    coalesce(staged_lines.source_line, appearances.source_line) as source_line,
    appearances.n_appearances
from staged_lines
full outer join appearances
    on
        staged_lines.source_file = appearances.source_file
        and staged_lines.source_line = appearances.source_line
where
    staged_lines.source_file is null
    or coalesce(appearances.n_appearances, 0) <> 1
