{#-
    Post-hook: columns that every row must fill, as constraints: a null stops the model. Tables of Parquet files
    have no constraints; there the tests have to do. Arguments: columns.
-#}
{% macro set_not_null(columns) %}
    {{- return(adapter.dispatch('set_not_null')(columns)) -}}
{% endmacro %}

{% macro default__set_not_null(columns) %}
    {%- for column in columns %}
        alter table {{ this }} alter column {{ column }} set not null;
    {%- endfor %}
{% endmacro %}

{% macro spark__set_not_null(columns) %}{% endmacro %}
