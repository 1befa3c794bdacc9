{#- What DuckDB and Spark write differently about text. -#}


{#- The text as an SQL literal; arguments: text. Spark reads a backslash as the start of an escape. -#}
{% macro string_literal(text) %}
    {%- set escaped = (text | string | replace('\\', '\\\\') | replace("'", "\\'")) if is_spark() -%}
    {{- return("'" ~ (escaped if is_spark() else text | string | replace("'", "''")) ~ "'") -}}
{% endmacro %}


{#- The name as a quoted SQL identifier; arguments: name. -#}
{% macro quoted_identifier(name) %}
    {%- set quote = '`' if is_spark() else '"' -%}
    {{- return(quote ~ (name | replace(quote, quote ~ quote)) ~ quote) -}}
{% endmacro %}


{#- Whether the whole text matches. No pattern has a backslash, so that both engines read it alike. -#}
{% macro matches_fully(text, pattern) -%}
    {%- if is_spark() -%}
    regexp_like({{ text }}, r'\A(?:{{ pattern }})\z')
    {%- else -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
    {%- endif -%}
{%- endmacro %}


{#- Whether a part of the text matches. -#}
{% macro matches_partly(text, pattern) -%}
    {{ 'regexp_like' if is_spark() else 'regexp_matches' }}({{ text }}, '{{ pattern }}')
{%- endmacro %}


{#- The text without these characters at both ends. Arguments: text, characters (expressions). -#}
{% macro trimmed_of(text, characters) -%}
    {{ 'btrim' if is_spark() else 'trim' }}({{ text }}, {{ characters }})
{%- endmacro %}


{#- A whole number with separators of thousands, as text. -#}
{% macro with_thousands(number) -%}
    {{ 'format_number(' ~ number ~ ', 0)' if is_spark() else "format('{:,}', " ~ number ~ ')' }}
{%- endmacro %}


{#- A number rounded, half to even, with separators of thousands, as text. -#}
{% macro rounded_with_thousands(number) -%}
    {{ 'format_number(bround(' ~ number ~ ', 0), 0)' if is_spark() else "format('{:,.0f}', " ~ number ~ ')' }}
{%- endmacro %}


{#-
    A number in up to 12 digits, as text, without zeros at its end; C's %.12g, which Java does not know: below 1e-4 and
    from 1e12 on in scientific notation, with an exponent of two digits or more.
-#}
{% macro in_twelve_digits(number) -%}
    {%- if is_spark() -%}
    case
        when {{ number }} = 0 then '0'
        when abs({{ number }}) >= 1e-4 and abs({{ number }}) < 999999999999.5
            then regexp_replace(
                format_string('%.' || cast(11 - cast(floor(log10(abs({{ number }}))) as int) as string) || 'f', {{ number }}),
                '([.][0-9]*[1-9])0+$|[.]0*$', '$1'
            )
        else regexp_replace(format_string('%.11e', {{ number }}), '([.][0-9]*[1-9])0+e|[.]0*e', '$1e')
    end
    {%- else -%}
    printf('%.12g', {{ number }})
    {%- endif -%}
{%- endmacro %}


{#- A share of 1 as percent with one decimal, for the terminal. -#}
{% macro as_percent(share) -%}
    {%- if is_spark() -%}
    format_string('%.1f %%', 100 * cast({{ share }} as double))
    {%- else -%}
    format('{:.1f} %', 100 * {{ share }})
    {%- endif -%}
{%- endmacro %}


{#- Texts of a group, one after the other. Arguments: text, separator, order_by (one or more expressions). -#}
{% macro joined_in_order(text, separator, order_by) -%}
    {%- if is_spark() -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
    {%- else -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
    {%- endif -%}
{%- endmacro %}
