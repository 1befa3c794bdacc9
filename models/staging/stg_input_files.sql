{%- set plan = input_plan() if execute else {'files': [], 'date_formats': []} -%}
{%- set files = plan.files -%}
{%- set versions = file_versions(plan) -%}

with

files as (
    {%- for file in files %}
    select
        {{ string_literal(file.source_file) }} as source_file,
        {{ string_literal(file.path) }} as path,
        {{ string_literal(file.format) }} as format,
        cast({{ file.n_records }} as bigint) as n_records,
        cast({{ file.n_unreadable }} as bigint) as n_unreadable,
        cast({{ 'null' if file.bytes is none else file.bytes }} as bigint) as bytes,
        cast({{ 'null' if file.checksum is none else string_literal(file.checksum) }} as string) as checksum,
        cast({{ 'null' if file.repeated_of is none else string_literal(file.repeated_of) }} as string) as repeated_of,
        cast({{ 'null' if file.encoding is none else string_literal(file.encoding) }} as string) as encoding,
        cast({{ 'null' if file.delimiter is none else string_literal(file.delimiter) }} as string) as delimiter,
        {{ string_literal(file.decimal_separator or '.') }} as decimal_separator,
        {%- set version = versions[file.source_file] %}
        cast({{ 'null' if version is none else string_literal(version) }} as string) as file_version
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as string) as source_file,
        cast(null as string) as path,
        cast(null as string) as format,
        cast(null as bigint) as n_records,
        cast(null as bigint) as n_unreadable,
        cast(null as bigint) as bytes,
        cast(null as string) as checksum,
        cast(null as string) as repeated_of,
        cast(null as string) as encoding,
        cast(null as string) as delimiter,
        cast(null as string) as decimal_separator,
        cast(null as string) as file_version
    where false
    {%- endfor %}
)

select * from files
