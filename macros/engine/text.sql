{#- What DuckDB and Spark write differently about text. -#}


{#- The text as an SQL literal; arguments: text. Spark reads a backslash as the start of an escape. -#}
{% macro string_literal(text) %}
    {{- return(adapter.dispatch('string_literal')(text)) -}}
{% endmacro %}

{% macro default__string_literal(text) %}
    {{- return("'" ~ (text | string | replace("'", "''")) ~ "'") -}}
{% endmacro %}

{% macro spark__string_literal(text) %}
    {{- return("'" ~ (text | string | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'") -}}
{% endmacro %}


{#- The name as a quoted SQL identifier; arguments: name. In Spark double quotes are for text, unless it is told. -#}
{% macro quoted_identifier(name) %}
    {{- return(adapter.dispatch('quoted_identifier')(name)) -}}
{% endmacro %}

{% macro default__quoted_identifier(name) %}
    {{- return('"' ~ (name | replace('"', '""')) ~ '"') -}}
{% endmacro %}

{% macro spark__quoted_identifier(name) %}
    {{- return('`' ~ (name | replace('`', '``')) ~ '`') -}}
{% endmacro %}


{#- Whether the whole text matches. No pattern has a backslash, so that both engines read it alike. -#}
{% macro matches_fully(text, pattern) %}
    {{- return(adapter.dispatch('matches_fully')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches_fully(text, pattern) -%}
    regexp_full_match({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches_fully(text, pattern) -%}
    regexp_like({{ text }}, r'\A(?:{{ pattern }})\z')
{%- endmacro %}


{#- Whether a part of the text matches. -#}
{% macro matches_partly(text, pattern) %}
    {{- return(adapter.dispatch('matches_partly')(text, pattern)) -}}
{% endmacro %}

{% macro default__matches_partly(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__matches_partly(text, pattern) -%}
    regexp_like({{ text }}, '{{ pattern }}')
{%- endmacro %}


{#- The text without these characters at both ends. Arguments: text, characters (expressions). -#}
{% macro trimmed_of(text, characters) %}
    {{- return(adapter.dispatch('trimmed_of')(text, characters)) -}}
{% endmacro %}

{% macro default__trimmed_of(text, characters) -%}
    trim({{ text }}, {{ characters }})
{%- endmacro %}

{% macro spark__trimmed_of(text, characters) -%}
    btrim({{ text }}, {{ characters }})
{%- endmacro %}


{#- A whole number with separators of thousands, as text. -#}
{% macro with_thousands(number) %}
    {{- return(adapter.dispatch('with_thousands')(number)) -}}
{% endmacro %}

{% macro default__with_thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}

{% macro spark__with_thousands(number) -%}
    format_number({{ number }}, 0)
{%- endmacro %}


{#- A number rounded, half to even, with separators of thousands, as text. -#}
{% macro rounded_with_thousands(number) %}
    {{- return(adapter.dispatch('rounded_with_thousands')(number)) -}}
{% endmacro %}

{% macro default__rounded_with_thousands(number) -%}
    format('{:,.0f}', {{ number }})
{%- endmacro %}

{% macro spark__rounded_with_thousands(number) -%}
    format_number(bround({{ number }}, 0), 0)
{%- endmacro %}


{#- A number in up to 12 digits, as text, without zeros at its end; C's %.12g, which Java does not know. -#}
{% macro in_twelve_digits(number) %}
    {{- return(adapter.dispatch('in_twelve_digits')(number)) -}}
{% endmacro %}

{% macro default__in_twelve_digits(number) -%}
    printf('%.12g', {{ number }})
{%- endmacro %}

{#- Below 1e-4 and from 1e12 on in scientific notation, with an exponent of two digits or more. -#}
{% macro spark__in_twelve_digits(number) -%}
    case
        when {{ number }} = 0 then '0'
        when abs({{ number }}) >= 1e-4 and abs({{ number }}) < 999999999999.5
            then regexp_replace(
                format_string('%.' || cast(11 - cast(floor(log10(abs({{ number }}))) as int) as string) || 'f', {{ number }}),
                '([.][0-9]*[1-9])0+$|[.]0*$', '$1'
            )
        else regexp_replace(format_string('%.11e', {{ number }}), '([.][0-9]*[1-9])0+e|[.]0*e', '$1e')
    end
{%- endmacro %}


{#- A share of 1 as percent with one decimal, for the terminal. -#}
{% macro as_percent(share) %}
    {{- return(adapter.dispatch('as_percent')(share)) -}}
{% endmacro %}

{% macro default__as_percent(share) -%}
    format('{:.1f} %', 100 * {{ share }})
{%- endmacro %}

{% macro spark__as_percent(share) -%}
    format_string('%.1f %%', 100 * cast({{ share }} as double))
{%- endmacro %}


{#- Texts of a group, one after the other. Arguments: text, separator, order_by (one or more expressions). -#}
{% macro joined_in_order(text, separator, order_by) %}
    {{- return(adapter.dispatch('joined_in_order')(text, separator, order_by)) -}}
{% endmacro %}

{% macro default__joined_in_order(text, separator, order_by) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_in_order(text, separator, order_by) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}
