-- The reader's count of each file equals its records in staging, unreadable ones included.
with

files as (
    select * from {{ ref('stg_input_files') }}
),

staged as (
    select
        source_file,
        count(*) as n_records,
        count(case when read_error <> 'forgotten_customer' then 1 end) as n_unreadable
    from {{ ref('stg_invoice_lines') }}
    group by source_file
)

select
    files.source_file,
    files.n_records as n_records_read,
    staged.n_records as n_records_staged,
    files.n_unreadable as n_unreadable_read,
    staged.n_unreadable as n_unreadable_staged
from files
left join staged
    on files.source_file = staged.source_file
where
    files.n_records <> coalesce(staged.n_records, 0)
    or coalesce(files.n_unreadable, 0) <> coalesce(staged.n_unreadable, 0)
