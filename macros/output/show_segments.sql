{# placeholder #}
{% macro show_segments(results) %}{% endmacro %}
