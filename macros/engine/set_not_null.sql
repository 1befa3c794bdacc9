{#- Post-hook: columns that every row must fill, as constraints: a null stops the model. Arguments: columns. -#}
{% macro set_not_null(columns) %}
    {%- for column in columns %}
        alter table {{ this }} alter column {{ column }} set not null;
    {%- endfor %}
{% endmacro %}
