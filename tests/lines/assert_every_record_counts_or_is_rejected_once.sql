-- Each record that the reader found in a file is in invoice_lines or in rejected_invoice_lines, and there once. Within
-- a file the lines are looked at in runs of 50, in which each sets one bit: a run with fewer bits than rows has a line
-- twice.
with

files as (
    select * from {{ ref('stg_input_files') }}
),

lines as (
    select
        source_file,
        source_line,
        0 as is_unreadable
    from {{ ref('invoice_lines') }}
    union all
    select
        source_file,
        source_line,
        case when read_error <> 'forgotten_customer' then 1 else 0 end as is_unreadable
    from {{ ref('rejected_invoice_lines') }}
),

runs as (
    select
        source_file,
        count(*) as n_records,
        sum(is_unreadable) as n_unreadable,
        bit_count(bit_or(cast(power(2, source_line % 50) as bigint))) as n_lines
    from lines
    group by source_file, source_line - source_line % 50
),

found as (
    select
        source_file,
        sum(n_records) as n_records,
        sum(n_unreadable) as n_unreadable,
        sum(n_lines) as n_lines
    from runs
    group by source_file
)

select
    coalesce(files.source_file, found.source_file) as source_file,
    files.n_records as n_records_read,
    found.n_records,
    found.n_lines as n_different_lines,
    files.n_unreadable as n_unreadable_read,
    found.n_unreadable
from files
full outer join found
    on files.source_file = found.source_file
where
    files.n_records is distinct from coalesce(found.n_records, 0)
    or files.n_records is distinct from coalesce(found.n_lines, 0)
    or coalesce(files.n_unreadable, 0) <> coalesce(found.n_unreadable, 0)
