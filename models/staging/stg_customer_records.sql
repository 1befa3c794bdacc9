-- noqa: disable=LT02
with

records as (
    select * from {{ ref('base_customer_records') }}
),

trimmed as (
    select
        *,
        regexp_replace({{ trimmed('customer_id_text') }}, '[.]0+$', '') as customer_id,
        {{ trimmed('recency_days_text') }} as recency_days_value,
        {{ trimmed('frequency_text') }} as frequency_value,
        {{ trimmed('monetary_text') }} as monetary_value
    from records
),

-- None of the three can be negative, and no more than an amount of 16 digits.
typed as (
    select
        source_file,
        source_line,
        raw_text,
        read_error,
        customer_id_text,
        recency_days_text,
        frequency_text,
        monetary_text,
        nullif(customer_id, '') as customer_id,
        {%- for measure, type in [
            ('recency_days', 'decimal(18, 4)'), ('frequency', 'decimal(18, 4)'), ('monetary', 'decimal(18, 2)'),
        ] %}
        case
            when {{ parsed_number(measure ~ '_value', 'decimal_separator', type) }} >= 0
                then {{ parsed_number(measure ~ '_value', 'decimal_separator', type) }}
        end as {{ measure }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from trimmed
)

select * from typed
