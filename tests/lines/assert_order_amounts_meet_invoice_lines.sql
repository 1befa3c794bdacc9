-- What int_order_amounts counts is what invoice_lines holds, by invoice, customer, country and kind of line: lines,
-- money, and what the basis keeps of it, stated here a second time. Groups are compared 1,024 sets at a time, by sums
-- that tell them apart: without a table of all groups. No line lacks what every line that counts has.
with

lines as (
    select
        *,
        {{ row_hash(['invoice_number', 'customer_id', 'country', 'line_type']) }} as group_hash,
        case
            {%- if var('monetary_basis') == 'gross' %}
            when is_attributed and quantity > 0 then line_amount
            {%- else %}
            when is_attributed and line_type = 'sale' then net_amount
            {%- endif %}
            else 0.00
        end as kept_amount
    from {{ ref('invoice_lines') }}
),

amounts as (
    select
        *,
        {{ row_hash(['invoice_number', 'customer_id', 'country', 'line_type']) }} as group_hash
    from {{ ref('int_order_amounts') }}
    where first_date is not null
),

compared as (
    select
        group_hash,
        1 as n_lines,
        cast(100 * line_amount as bigint) as pennies,
        cast(100 * kept_amount as bigint) as kept_pennies,
        case
            when invoice_date is null or unit_price is null or quantity is null or quantity = 0 then 1
            else 0
        end as n_incomplete
    from lines
    union all
    select
        group_hash,
        -n_lines as n_lines,
        -cast(100 * line_amount as bigint) as pennies,
        -cast(100 * coalesce(kept_amount, 0.00) as bigint) as kept_pennies,
        0 as n_incomplete
    from amounts
)

select
    group_hash % 1024 as set_of_groups,
    sum(n_lines) as n_lines_too_many,
    sum(pennies) as pennies_too_many,
    sum(kept_pennies) as kept_pennies_too_many,
    sum(n_incomplete) as n_incomplete
from compared
group by group_hash % 1024
having
    sum(n_lines) <> 0
    or sum(pennies) <> 0
    or sum(kept_pennies) <> 0
    or sum(n_incomplete) <> 0
    or sum((group_hash % 1000003) * n_lines) <> 0
    or sum((group_hash % 1000003) * pennies) <> 0
