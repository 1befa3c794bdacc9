{% macro has_forgotten_customers() %}
    {{ return(execute and input_plan().has_forgotten_customers) }}
{% endmacro %}

{% macro without_forgotten_customers(records, columns, customer_id='customer_id_text') %}
    {%- if not has_forgotten_customers() -%}
        {{ return('select * from ' ~ records) }}
    {%- endif %}
    with

    -- Each id is hashed once.
    ids as (
        select distinct {{ customer_id }} as id_text
        from {{ records }}
    ),

    forgotten as (
        select
            id_text,
            is_forgotten(id_text) as is_on_list
        from ids
    )

    select
        {{ records }}.* replace (
            {%- for column in columns %}
            case when is_on_list then null else {{ column }} end as {{ column }},
            {%- endfor %}
            case when is_on_list then 'forgotten_customer' else read_error end as read_error,
            cast(null as varchar) as raw_text
        )
    from {{ records }}
    left join forgotten
        on {{ customer_id }} = forgotten.id_text
{% endmacro %}

{% macro forget_in_history() %}
    {%- if is_building() and has_forgotten_customers() -%}
        {%- set history = adapter.get_relation(target.database, target.schema, 'segment_history') -%}
        {%- set migration = adapter.get_relation(target.database, target.schema, 'segment_migration') -%}
        {%- set snapshots = adapter.get_relation(
            target.database, target.schema ~ '_intermediate', 'int_segment_snapshots'
        ) -%}
        {%- if history and migration %}
            delete from {{ migration }}
            where rowid in (
                select migration.rowid
                from {{ migration }} as migration
                cross join (select distinct customer_id from {{ history }} where is_forgotten(customer_id)) as forgotten
                {%- for stay, date in [('before', 'previous_as_of_date'), ('after', 'as_of_date')] %}
                left join {{ history }} as stay_{{ stay }}
                    on
                        forgotten.customer_id = stay_{{ stay }}.customer_id
                        and stay_{{ stay }}.valid_from <= migration.{{ date }}
                        and coalesce(stay_{{ stay }}.valid_to > migration.{{ date }}, true)
                {%- endfor %}
                where
                    migration.n_customers = 1
                    and migration.from_segment_id is not distinct from stay_before.segment_id
                    and migration.to_segment_id is not distinct from stay_after.segment_id
            );
        {%- endif %}
        {%- for relation in [history, snapshots] if relation %}
            delete from {{ relation }}
            where is_forgotten(customer_id);
        {%- endfor %}
    {%- endif -%}
{% endmacro %}

{% macro check_same_input(plan) %}
    {%- set files = adapter.get_relation(target.database, target.schema ~ '_staging', 'stg_input_files') -%}
    {%- if files -%}
        {%- set known = run_query('select source_file from ' ~ files ~ ' order by all').columns[0].values() | list -%}
        {%- set named = plan.files | map(attribute='source_file') | list -%}
        {%- if known != named and not (known | select('in', named) | list) -%}
            {{ exceptions.raise_compiler_error(
                'The warehouse was built from ' ~ (known[:3] | join(', ') or 'customer_records')
                ~ ', and this build would read ' ~ (named[:3] | join(', ') or 'customer_records')
                ~ ': give the DBT_ARGS of the usual build.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro check_nobody_comes_back(path) %}
    {%- set ledger = adapter.get_relation(target.database, target.schema, 'cleaning_ledger') -%}
    {%- if ledger -%}
        {%- set query = 'select count(*) from ' ~ ledger ~ " where rule = 'forgotten_customer'" -%}
        {%- if run_query(query).columns[0].values()[0] > 0 -%}
            {{ exceptions.raise_compiler_error(
                'Customers were forgotten in this warehouse, and their list ' ~ path ~ ' is gone: put back a copy of it, '
                ~ 'since without it they would come back; an empty file there says that they may.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
