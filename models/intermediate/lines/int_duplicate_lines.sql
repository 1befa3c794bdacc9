-- noqa: disable=LT02
with

-- What keeps a line from being read or dated goes before; what kind of line it is does not.
lines as (
    select * from {{ ref('base_invoice_lines') }}
    where
        {{ var('drop_duplicates') }}
        and (own_rejection_reason is null or own_rejection_reason = line_type)
),

-- Few lines share a hash, and only these are compared in all eight columns: a collision costs nothing.
hashes as (
    select {{ row_hash(input_columns()) }} as line_hash
    from lines
),

shared_hashes as (
    select line_hash
    from hashes
    group by line_hash
    having count(*) > 1
),

copies as (
    select
        lines.source_file,
        lines.source_line,
        row_number() over (
            partition by {{ input_columns() | join(', ') }}
            order by lines.source_file, lines.source_line
        ) as copy_number
    from lines
    inner join shared_hashes
        on {{ row_hash(input_columns()) }} = shared_hashes.line_hash
),

further_copies as (
    select * from copies
    where copy_number > 1
)

select * from further_copies
