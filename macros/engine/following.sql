{#-
    Whether tables of lines can follow the input, see macros/changes: that takes rows away and puts others in, in one
    transaction. Tables of Parquet files on Spark know neither, so that every build writes them whole.
-#}
{% macro tables_can_follow() %}
    {{- return(adapter.dispatch('tables_can_follow')()) -}}
{% endmacro %}

{% macro default__tables_can_follow() %}{{ return(true) }}{% endmacro %}

{% macro spark__tables_can_follow() %}{{ return(false) }}{% endmacro %}
