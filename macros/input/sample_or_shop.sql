{#- The shipped sample and a shop never share a database: names, history and model would mix. -#}

{% macro keep_sample_and_shop_apart(plan) %}
    {%- set sample = 'seeds/sample_invoices.csv' -%}
    {%- set named = ['customer_records'] if var('customer_records') else plan.files | map(attribute='source_file') | list -%}
    {%- set held = inputs_of_the_database() -%}
    {%- if held and held != [sample] and named == [sample] -%}
        {{ exceptions.raise_compiler_error(
            'This database holds the tables of ' ~ names_in_words(held) ~ ', and this build would read the shipped sample: '
            ~ 'give the --vars of the usual build again, or name another database in SEGMENTATION_DATABASE.'
        ) }}
    {%- endif -%}
    {%- if held == [sample] and named != [sample] -%}
        {%- if 'model.' ~ project_name ~ '.base_invoice_lines' not in selected_resources or flags.WHICH == 'test' -%}
            {{ exceptions.raise_compiler_error(
                'This database holds the tables of the shipped sample, and this run would read ' ~ names_in_words(named)
                ~ ': run dbt build without a selection first, or name another database in SEGMENTATION_DATABASE.'
            ) }}
        {%- endif -%}
        {%- do log(
            'Input: the database held the shipped sample; its tables, model and history are dropped, since this build reads '
            ~ names_in_words(named) ~ '.', info=true
        ) -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name != 'score_customer' -%}
            {%- set relation = adapter.get_relation(target.database, node.schema, node.alias) -%}
            {%- if relation -%}
                {%- do adapter.drop_relation(relation) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro check_same_shop(plan) %}
    {%- set customers = adapter.get_relation(target.database, target.schema, 'customer_rfm') -%}
    {%- set build = adapter.get_relation(target.database, target.schema, 'published_build') -%}
    {%- if customers and build and plan.files and not var('same_shop') and not is_spark() -%}
        {%- set held = inputs_of_the_database() -%}
        {%- set named = plan.files | map(attribute='source_file') | list -%}
        {%- set currency = (run_query('select max(currency) from ' ~ build).columns[0].values() | list)[0] -%}
        {%- if currency and currency != var('currency') and not named | select('in', held) | list -%}
            {%- set query -%}
                {%- for file in plan.files %}
                select regexp_replace(trim(cast({{ quoted_identifier(file.columns.customer_id) }} as string)), '[.]0+$', '') as customer_id
                from {{ file.path if file.format == 'table' else 'read_parquet(' ~ string_literal(file.path) ~ ')' }}
                {{ 'union all' if not loop.last }}
                {%- endfor %}
            {%- endset -%}
            {%- if not run_query(
                'select count(*) from ' ~ customers ~ ' where customer_id in (' ~ query ~ ')'
            ).columns[0].values()[0] -%}
                {{ exceptions.raise_compiler_error(
                    'This database holds the shop of ' ~ names_in_words(held) ~ ', with amounts in ' ~ currency ~ '; '
                    ~ names_in_words(named) ~ ' has none of its customers, and amounts in ' ~ var('currency')
                    ~ ': name another database in SEGMENTATION_DATABASE, or set same_shop: true where it is the same shop.'
                ) }}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro inputs_of_the_database() %}
    {%- set files = adapter.get_relation(target.database, target.schema ~ '_staging', 'stg_input_files') -%}
    {%- set names = [] -%}
    {%- if files -%}
        {%- do names.extend(run_query('select source_file from ' ~ files ~ ' order by source_file').columns[0].values()) -%}
    {%- endif -%}
    {%- set customers = adapter.get_relation(target.database, target.schema, 'customer_rfm') -%}
    {%- if not names and customers and run_query('select count(*) from ' ~ customers).rows[0][0] -%}
        {%- do names.append('customer_records') -%}
    {%- endif -%}
    {{ return(names) }}
{% endmacro %}

{% macro names_in_words(names) %}
    {{- return(names[:3] | join(', ') ~ (' and ' ~ (names | length - 3) ~ ' more' if names | length > 3 else '')) -}}
{% endmacro %}
