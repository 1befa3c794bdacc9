{% macro as_of_date_literal() %}
    {%- if var('as_of_date') -%}
        cast({{ string_literal(var('as_of_date')) }} as date)
    {%- else -%}
        cast(null as date)
    {%- endif -%}
{% endmacro %}
