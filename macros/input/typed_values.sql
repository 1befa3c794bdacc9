{% macro trimmed(text) %}
    case
        when {{ matches_fully(text, '[!-~]|[!-~].*[!-~]') }} then {{ text }}
        else nullif({{ trimmed_of(text, "' ' || chr(9) || chr(10) || chr(13) || chr(160)") }}, '')
    end
{%- endmacro %}

{% macro text_as_it_came(column) %}
    coalesce({{ column }}_text, {{ typed_value_as_text(column) }})
{%- endmacro %}

{% macro text_worth_keeping(column) %}
    {%- if column == 'unit_price' -%}
    coalesce(
            nullif(unit_price_text, {{ typed_value_as_text('unit_price') }}),
            case when unit_price is null then {{ typed_value_as_text('unit_price_held') }} end
        )
    {%- elif column == 'customer_id' -%}
    coalesce(nullif(customer_id_text, customer_id), case when customer_id is null then customer_id_held end)
    {%- else -%}
    nullif({{ column }}_text, {{ typed_value_as_text(column) }})
    {%- endif -%}
{%- endmacro %}

{% macro customer_or_nobody(customer_id) %}
    {%- set nobody = [
        '-', '0', 'anonymous', 'guest', 'n/a', 'na', 'nan', 'no customer', 'none', 'null', 'unknown', 'walk in',
        'walk-in', 'walk-in customer',
    ] -%}
    {%- set literals = [] -%}
    {%- for name in nobody + var('placeholder_customers') -%}
        {%- do literals.append(string_literal(name | trim | lower)) -%}
    {%- endfor -%}
    case when lower({{ customer_id }}) not in ({{ literals | join(', ') }}) then {{ customer_id }} end
{%- endmacro %}

{% macro typed_value_as_text(column) %}
    {%- set name = column.split('.')[-1] -%}
    {%- if name in ('unit_price', 'unit_price_held') -%}
    cast(cast({{ column }} as double) as string)
    {%- elif name in ('quantity', 'invoiced_at') -%}
    cast({{ column }} as string)
    {%- else -%}
    {{ column }}
    {%- endif -%}
{%- endmacro %}

{% macro parsed_number(text, decimal_separator, type) %}
    case
        when contains({{ text }}, '_') then null
        when {{ decimal_separator }} = '.' and not contains({{ text }}, ',')
            then try_cast({{ text }} as {{ type }})
        when {{ decimal_separator }} = ',' and {{ matches_fully(text, '[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]+)?') }}
            then try_cast(replace(replace({{ text }}, '.', ''), ',', '.') as {{ type }})
        when {{ decimal_separator }} = ',' and not contains({{ text }}, '.')
            then try_cast(replace({{ text }}, ',', '.') as {{ type }})
        when {{ decimal_separator }} = '.' and {{ matches_fully(text, '[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?') }}
            then try_cast(replace({{ text }}, ',', '') as {{ type }})
    end
{%- endmacro %}

{% macro parsed_timestamp(text) %}
    {%- set formats = input_plan().date_formats if execute else [] -%}
    {%- set readings = [] -%}
    {%- for format in formats -%}
        {%- do readings.append(timestamp_by_format(text, format)) -%}
    {%- endfor -%}
    {%- if not (var('invoice_date_format') or '').startswith('%Y') -%}
        {%- do readings.append(
            "case when " ~ text ~ " like '____-%' or " ~ text ~ " like '____/%' then try_cast(" ~ text ~ " as timestamp) end"
        ) -%}
    {%- endif -%}
    {%- set reading = 'coalesce(' ~ readings | join(', ') ~ ')' if readings | length > 1 else readings[0] -%}
    case
        {%- if formats %}
        when not {{ matches_partly(text, '[0-9]') }} then null
        {%- endif %}
        when {{ reading }} >= timestamp '1900-01-01 00:00:00' and {{ reading }} < timestamp '2100-01-01 00:00:00'
            then {{ reading }}
    end
{%- endmacro %}
