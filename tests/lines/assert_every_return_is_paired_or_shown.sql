-- Pieces and value of each return of an identified customer are paired or unpaired, nothing more and nothing less.
with

returned as (
    select * from {{ lines_of_changes(ref('invoice_lines')) }}
    where
        line_type = 'return'
        and is_attributed
        and product_code is not null
        and {{ is_to_be_tested('customer_id') }}
),

pieces as (
    select
        return_source_file,
        return_source_line,
        sum(quantity) as quantity,
        sum(amount_at_return_price) as amount
    from {{ ref('int_returns_paired') }}
    where {{ is_to_be_tested('customer_id') }}
    group by return_source_file, return_source_line
)

select
    returned.source_file,
    returned.source_line,
    returned.quantity,
    pieces.quantity as paired_and_unpaired_quantity,
    returned.line_amount,
    pieces.amount as paired_and_unpaired_amount
from returned
full outer join pieces
    on
        returned.source_file = pieces.return_source_file
        and returned.source_line = pieces.return_source_line
where
    returned.source_file is null
    or -returned.quantity <> coalesce(pieces.quantity, 0)
    or -returned.line_amount <> coalesce(pieces.amount, 0)
