-- Every record of every file is in int_invoice_fates, under its invoice and customer, counted from staging.
-- Groups are compared 1,024 sets at a time, by number of lines and sum of hashes: without a table of all groups.
with

counted as (
    select
        {{ row_hash(['invoice_number', 'customer_id']) }} as group_hash,
        1 as n_lines
    from {{ lines_of_changes(ref('stg_invoice_lines')) }}
    where {{ is_to_be_tested('buyer') }}
    union all
    select
        {{ row_hash(['invoice_number', 'customer_id']) }} as group_hash,
        -n_lines as n_lines
    from {{ ref('int_invoice_fates') }}
    where {{ is_to_be_tested('buyer') }}
)

select
    group_hash % 1024 as set_of_groups,
    sum(n_lines) as n_lines_too_many
from counted
group by group_hash % 1024
having
    sum(n_lines) <> 0
    or sum(cast(group_hash as {{ wide_integer() }}) * n_lines) <> 0
