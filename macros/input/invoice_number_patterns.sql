{% macro invoice_number_patterns() %}
    {%- set plan = input_plan() if is_building() else {} -%}
    {{ return({'cancellation': plan.cancellation_pattern, 'adjustment': plan.adjustment_pattern}) }}
{% endmacro %}

{% macro matches_pattern(text, pattern) -%}
    {%- if pattern is none or pattern is undefined -%}
    false
    {%- else -%}
    coalesce({{ 'regexp_like' if is_spark() else 'regexp_matches' }}({{ text }}, {{ string_literal(pattern) }}), false)
    {%- endif -%}
{%- endmacro %}
