{#- White space that exports leave around values: space, tab, line ends, no-break space. -#}
{% macro trimmed(text) %}
    nullif(trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')
{%- endmacro %}


{#-
    The number in a text, or null; separators of thousands are accepted where they stand rightly.
    Arguments: text, decimal_separator ('.' or ',' as an SQL expression), type.
-#}
{% macro parsed_number(text, decimal_separator, type) %}
    case
        when {{ decimal_separator }} = ',' and regexp_full_match({{ text }}, '[+-]?\d{1,3}(\.\d{3})+(,\d+)?')
            then try_cast(replace(replace({{ text }}, '.', ''), ',', '.') as {{ type }})
        when {{ decimal_separator }} = ','
            then try_cast(replace({{ text }}, ',', '.') as {{ type }})
        when contains({{ text }}, ',') and regexp_full_match({{ text }}, '[+-]?\d{1,3}(,\d{3})+(\.\d+)?')
            then try_cast(replace({{ text }}, ',', '') as {{ type }})
        else try_cast({{ text }} as {{ type }})
    end
{%- endmacro %}


{#-
    The timestamp in a text, or null; years outside 1900 to 2099 are no invoice dates.
    The formats come from the var `invoice_date_format`, or from the order of day and month in the whole column.
    Arguments: text.
-#}
{% macro parsed_timestamp(text) %}
    {%- set formats = input_plan().date_formats if execute else [] -%}
    {%- set readings = [] -%}
    {%- if var('invoice_date_format') is none -%}
        {%- do readings.append('try_cast(' ~ text ~ ' as timestamp)') -%}
    {%- endif -%}
    {%- for format in formats -%}
        {%- do readings.append('try_strptime(' ~ text ~ ', ' ~ string_literal(format) ~ ')') -%}
    {%- endfor -%}
    case
        when coalesce({{ readings | join(', ') }}) between timestamp '1900-01-01 00:00:00' and timestamp '2099-12-31 23:59:59'
            then coalesce({{ readings | join(', ') }})
    end
{%- endmacro %}
