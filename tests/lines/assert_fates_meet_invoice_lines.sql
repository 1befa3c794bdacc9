-- What has a date in int_invoice_fates is what counts: the lines of invoice_lines and their money, by invoice and
-- customer. Groups are compared 1,024 sets at a time, by sums that tell them apart: without a table of all groups.
with

counted as (
    select
        {{ row_hash(['invoice_number', 'customer_id']) }} as group_hash,
        1 as n_lines,
        cast(100 * line_amount as {{ wide_integer() }}) as pennies
    from {{ lines_of_changes(ref('invoice_lines')) }}
    where {{ is_to_be_tested('buyer') }}
    union all
    select
        {{ row_hash(['invoice_number', 'customer_id']) }} as group_hash,
        -n_lines as n_lines,
        -cast(100 * line_amount as {{ wide_integer() }}) as pennies
    from {{ ref('int_invoice_fates') }}
    where first_date is not null and {{ is_to_be_tested('buyer') }}
)

select
    group_hash % 1024 as set_of_groups,
    sum(n_lines) as n_lines_too_many,
    sum(pennies) as pennies_too_many
from counted
group by group_hash % 1024
having
    sum(n_lines) <> 0
    or sum(cast(group_hash as {{ wide_integer() }}) * n_lines) <> 0
    or sum(pennies) <> 0
    or sum((group_hash % 1000003) * pennies) <> 0
