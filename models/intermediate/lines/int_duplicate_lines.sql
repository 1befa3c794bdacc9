-- noqa: disable=LT02
with

-- What keeps a line from being read or dated goes before; what kind of line it is does not.
lines as (
    select * from {{ ref('base_invoice_lines') }}
    where
        {{ var('drop_duplicates') }}
        and (own_rejection_reason is null or own_rejection_reason = line_type)
),

hashed as (
    select
        *,
        {{ row_hash(input_columns()) }} as line_hash
    from lines
),

-- Few lines share a hash, and only these are compared in all eight columns: a collision costs nothing.
shared_hashes as (
    select line_hash
    from hashed
    group by line_hash
    having count(*) > 1
),

copies as (
    select
        hashed.source_file,
        hashed.source_line,
        row_number() over (
            partition by
                {%- for column in input_columns() %}
                hashed.{{ column }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            order by hashed.source_file, hashed.source_line
        ) as copy_number
    from hashed
    inner join shared_hashes
        on hashed.line_hash = shared_hashes.line_hash
),

further_copies as (
    select * from copies
    where copy_number > 1
)

select * from further_copies
