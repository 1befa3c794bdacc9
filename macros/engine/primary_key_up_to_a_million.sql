{#-
    Post-hook: a real primary key on a table of up to a million rows. Beyond that the index costs seconds
    and the uniqueness test has to do, as on Spark, which has no primary keys. Arguments: column.
-#}
{% macro primary_key_up_to_a_million(column) %}
    {{- return(adapter.dispatch('primary_key_up_to_a_million')(column)) -}}
{% endmacro %}

{% macro default__primary_key_up_to_a_million(column) %}
    {%- if execute and run_query('select count(*) from ' ~ this).columns[0].values()[0] <= 1000000 -%}
        alter table {{ this }} add primary key ({{ column }})
    {%- endif -%}
{% endmacro %}

{% macro spark__primary_key_up_to_a_million(column) %}{% endmacro %}
