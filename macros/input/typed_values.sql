{#-
    The text without the white space that exports leave around values: space, tab, line ends, no-break space; null
    where nothing is left. Text that begins and ends with a printable ASCII character has none: looking first
    is four times faster than trimming. Arguments: text.
-#}
{% macro trimmed(text) %}
    case
        when {{ matches_fully(text, '[!-~]|[!-~].*[!-~]') }} then {{ text }}
        else nullif({{ trimmed_of(text, "' ' || chr(9) || chr(10) || chr(13) || chr(160)") }}, '')
    end
{%- endmacro %}


{#-
    The text of a column as it came, of which base_invoice_lines keeps only what the typed value does not show.
    Arguments: column, one of our eight, with the alias of base_invoice_lines before it where there is one.
-#}
{% macro text_as_it_came(column) %}
    coalesce({{ column }}_text, {{ typed_value_as_text(column) }})
{%- endmacro %}


{#-
    The text that base_invoice_lines keeps of a column: the one as it came, null where the typed value shows it. A
    price that the file holds typed has no text; where the line cannot have it, it gets one. Arguments: column.
-#}
{% macro text_worth_keeping(column) %}
    {%- if column == 'unit_price' -%}
    coalesce(
            nullif(unit_price_text, {{ typed_value_as_text('unit_price') }}),
            case when unit_price is null then {{ typed_value_as_text('unit_price_held') }} end
        )
    {%- else -%}
    nullif({{ column }}_text, {{ typed_value_as_text(column) }})
    {%- endif -%}
{%- endmacro %}


{#-
    How a typed value is mostly written; a price as short as it can be. Another text is kept beside it.
    Arguments: column.
-#}
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


{#-
    The number in a text, or null; separators of thousands are accepted where they stand rightly.
    In a file with decimal commas a point can only separate thousands. DuckDB reads 1_000 as 1000; here it is none.
    Arguments: text, decimal_separator ('.' or ',' as an SQL expression), type.
-#}
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


{#-
    The timestamp in a text, or null; years outside 1900 to 2099 are no invoice dates.
    The formats come from the var `invoice_date_format`, or from the order of day and month in the whole
    column; they go first, because an ISO reading would take 1-12-10 for the year 1. ISO is read beside
    them, as workbooks and Parquet files hold dates, unless the var starts with the year itself. A text without
    a digit is no date, though DuckDB's strptime takes "infinity" and "epoch" for 1900-01-01.
    Arguments: text.
-#}
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
