{{ config(meta={'unit': 'invoice_number'}) }}

-- noqa: disable=LT02
with

lines as (
    select
        *,
        {{ row_hash(input_columns()) }} as line_hash
    from {{ lines_of_changes(ref('base_invoice_lines')) }}
    where
        {{ var('drop_duplicates') }}
        -- What keeps a line from being read or dated goes before; what kind of line it is does not.
        and (own_rejection_reason is null or own_rejection_reason = line_type)
        and {{ is_of_changed('invoice_number') }}
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
        lines.invoice_number,
        row_number() over (
            partition by
                {%- for column in input_columns() %}
                lines.{{ column }}
                {{- ',' if not loop.last }}
                {%- endfor %}
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
        invoice_number,
        copy_number
    from copies
    where copy_number > 1
)

select * from further_copies
