with

lines as (
    select
        *,
        {{ row_hash([
            'invoice_number', 'stock_code', 'description', 'quantity', 'invoiced_at', 'unit_price', 'customer_id', 'country',
        ]) }} as line_hash
    from {{ ref('base_invoice_lines') }}
    where
        {{ var('drop_duplicates') }}
        and read_error is null
        and quantity <> 0
        and unit_price is not null
        and invoiced_at is not null
        and not is_repeated_file
),

-- Few lines share a hash, so only these are compared in all eight columns: a collision costs nothing.
shared_hashes as (
    select line_hash
    from lines
    group by line_hash
    having count(*) > 1
),

copies as (
    select
        lines.source_file,
        lines.source_line,
        row_number() over (
            partition by
                lines.invoice_number, lines.stock_code, lines.description, lines.quantity,
                lines.invoiced_at, lines.unit_price, lines.customer_id, lines.country
            order by lines.source_file, lines.source_line
        ) as copy_number
    from lines
    inner join shared_hashes
        on lines.line_hash = shared_hashes.line_hash
),

further_copies as (
    select
        source_file,
        source_line,
        copy_number
    from copies
    where copy_number > 1
)

select * from further_copies
