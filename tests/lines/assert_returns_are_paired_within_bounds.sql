-- A sale gives back no more than it sold, in pieces and in money.
select
    source_file,
    source_line,
    quantity,
    returned_quantity,
    line_amount,
    returned_amount,
    net_amount
from {{ lines_of_changes(ref('invoice_lines')) }}
where
    line_type = 'sale'
    and {{ is_to_be_tested('buyer') }}
    and (
        returned_quantity not between 0 and quantity
        or returned_amount not between 0 and line_amount
        or net_amount <> line_amount - returned_amount
        or (returned_quantity = quantity and net_amount <> 0)
    )
