{#-
    Columns that the model has and its YAML does not, or the other way round, or with another type.
    Holds Python models to their YAML as a contract holds SQL models, since dbt has none for them.
-#}
{% test columns_and_types_match(model) %}
{%- if execute %}
    {%- set node = graph.nodes.values() | selectattr('name', 'equalto', model.identifier) | selectattr('resource_type', 'equalto', 'model') | first %}
    {%- set declared = node.columns.values() | list %}
with

declared as (
    {%- for column in declared %}
    select
        {{ string_literal(column.name) }} as column_name,
        {{ string_literal(type_here(column.data_type) if column.data_type else 'no data_type') }} as data_type
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

actual as (
    {%- for column in adapter.get_columns_in_relation(model) %}
    select
        {{ string_literal(column.name) }} as column_name,
        {{ string_literal(column.dtype) }} as data_type
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        coalesce(declared.column_name, actual.column_name) as column_name,
        declared.data_type as declared_type,
        actual.data_type as actual_type
    from declared
    full outer join actual
        on declared.column_name = actual.column_name
)

select * from compared
where replace(lower(declared_type), ' ', '') is distinct from replace(lower(actual_type), ' ', '')
{%- else %}
select 1 as column_name where false
{%- endif %}
{% endtest %}
