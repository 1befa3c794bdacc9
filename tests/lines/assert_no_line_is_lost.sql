-- Every staged line is in invoice_lines or in rejected_invoice_lines, and in one of them only.
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

appearances as (
    select
        source_file,
        source_line,
        count(*) as n_appearances
    from counted
    group by source_file, source_line
)

select
    staged.source_file,
    staged.source_line,
    appearances.n_appearances
from staged
full outer join appearances
    on
        staged.source_file = appearances.source_file
        and staged.source_line = appearances.source_line
where
    staged.source_file is null
    or coalesce(appearances.n_appearances, 0) <> 1
