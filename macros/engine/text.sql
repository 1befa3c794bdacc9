{#- What DuckDB and Spark write differently about text. -#}

{% macro string_literal(text) %}
    {%- set escaped = (text | string | replace('\\', '\\\\') | replace("'", "\\'")) if is_spark() -%}
    {{- return("'" ~ (escaped if is_spark() else text | string | replace("'", "''")) ~ "'") -}}
{% endmacro %}

{% macro quoted_identifier(name) %}
    {%- set quote = '`' if is_spark() else '"' -%}
    {{- return(quote ~ (name | replace(quote, quote ~ quote)) ~ quote) -}}
{% endmacro %}

{% macro matches_fully(text, pattern) -%}
    {%- if is_spark() -%}
    regexp_like({{ text }}, r'\A(?:{{ pattern }})\z')
    {%- else -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
    {%- endif -%}
{%- endmacro %}

{% macro matches_partly(text, pattern) -%}
    {{ 'regexp_like' if is_spark() else 'regexp_matches' }}({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro trimmed_of(text, characters) -%}
    {{ 'btrim' if is_spark() else 'trim' }}({{ text }}, {{ characters }})
{%- endmacro %}

{% macro with_thousands(number) -%}
    {{ 'format_number(' ~ number ~ ', 0)' if is_spark() else "format('{:,}', " ~ number ~ ')' }}
{%- endmacro %}

{% macro rounded_with_thousands(number) -%}
    {{ 'format_number(bround(' ~ number ~ ', 0), 0)' if is_spark() else "format('{:,.0f}', " ~ number ~ ')' }}
{%- endmacro %}

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

{% macro as_percent(share) -%}
    {%- if is_spark() -%}
    format_string('%.1f %%', 100 * cast({{ share }} as double))
    {%- else -%}
    format('{:.1f} %', 100 * {{ share }})
    {%- endif -%}
{%- endmacro %}

{% macro joined_in_order(text, separator, order_by) -%}
    {%- if is_spark() -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
    {%- else -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
    {%- endif -%}
{%- endmacro %}
