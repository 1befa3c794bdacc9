{#-
    How the tables of lines follow the input without being made anew, on DuckDB; elsewhere they are ordinary tables.

    1. Each row of base_invoice_lines names the version of its file. The strategy `changed_files` takes out the rows
       of versions that are gone and puts in those of new ones. In the same transaction it notes the invoices,
       customers and days of these rows, and of all other lines of these invoices, in base_changed_lines.
    2. The strategy `changed_lines` makes anew what a table holds of them. Its unit, the column that a table is made
       anew by, is in the table's meta; a row of it depends on lines of that unit alone. The lines themselves are read
       from the schema of changes, see lines_of_changes.sql, which holds these few.
    3. When all these tables have followed, base_changed_lines is emptied. After a build that broke off it still
       holds what they lack, and it may hold what they have: doing it twice gives the same.
    4. Where base_invoice_lines itself is made anew, base_changed_lines is dropped, and every table is made anew.
-#}
{% macro changed_lines() %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema ~ '_staging', identifier='base_changed_lines', type='table'
    )) }}
{% endmacro %}


{#-
    Whether that table is there now, for today's rules: without them a model that was edited would stay as it is when
    it is run alone. dbt's own list of tables is that of the start of the run.
-#}
{% macro knows_changed_lines() %}
    {%- set changed = changed_lines() -%}
    {%- set query -%}
        select count(*)
        from duckdb_tables()
        where database_name = {{ string_literal(changed.database) }}
            and schema_name = {{ string_literal(changed.schema) }}
            and table_name = {{ string_literal(changed.identifier) }}
            and comment = {{ string_literal(rules_version(input_plan())) }}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] > 0) }}
{% endmacro %}


{#- Whether this model is made anew only where lines have changed; asked of the database only where it may be. -#}
{% macro is_following() %}
    {{ return(execute and model.resource_type == 'model' and tables_can_follow() and is_incremental()) }}
{% endmacro %}


{#- A condition on the lines that a model reads: all, or those of changed units. Arguments: unit, a column. -#}
{% macro is_of_changed(unit) %}
    {%- if is_following() -%}
    {{ unit_has_changed(unit) }}
    {%- else -%}
    true
    {%- endif -%}
{% endmacro %}


{#- Whether this is a test in a build that follows. -#}
{% macro is_testing_changes() %}
    {%- set may_follow = execute and model.resource_type == 'test' and flags.WHICH == 'build' and tables_can_follow() -%}
    {{ return(may_follow and not flags.FULL_REFRESH and knows_changed_lines()) }}
{% endmacro %}


{#-
    A condition on the rows that a test of such a table looks at: in a build those of units that it changed, all
    where it made the table anew; in `dbt test` all. What did not change was tested when it was written.
    Arguments: unit, or none for all rows.
-#}
{% macro is_to_be_tested(unit) %}
    {%- if unit and is_testing_changes() -%}
    {{ unit_has_changed(unit) }}
    {%- else -%}
    true
    {%- endif -%}
{% endmacro %}


{#-
    Whether a row is of a unit that has changed: an invoice_number, customer_id or invoice_date. The unit `buyer` is
    the customer, or for lines without one the invoice. Arguments: unit.
-#}
{% macro unit_has_changed(unit) %}
    {%- if unit == 'buyer' -%}
    ({{ unit_has_changed('customer_id') }}
        or (customer_id is null and (invoice_number is null or {{ unit_has_changed('invoice_number') }})))
    {%- else -%}
    {{ unit }} in (select {{ unit }} from {{ changed_lines() }})
    {%- endif -%}
{% endmacro %}


{#-
    Takes the place of dbt's macro: whether a table is made anew whole. For tables that follow the lines, that is
    where nobody knows what has changed.
-#}
{% macro should_full_refresh() %}
    {%- set strategy = config.get('incremental_strategy') -%}
    {%- if strategy == 'changed_files' -%}
        {{ return(changed_files() is none) }}
    {%- elif strategy == 'changed_lines' -%}
        {{ return(flags.FULL_REFRESH or not knows_changed_lines()) }}
    {%- endif -%}
    {{ return(dbt.should_full_refresh()) }}
{% endmacro %}


{#- Pre-hook of base_invoice_lines: from here on nobody knows what has changed. -#}
{% macro drop_changed_lines() %}
    {%- if tables_can_follow() and should_full_refresh() -%}
        drop table if exists {{ changed_lines() }};
        {{ drop_lines_of_changes() }}
    {%- endif -%}
{% endmacro %}


{#- The strategy of base_invoice_lines. Arguments: those of dbt's strategies. -#}
{% macro get_incremental_changed_files_sql(arguments) %}
    {%- set changed = changed_lines() -%}
    {%- set is_noted = knows_changed_lines() -%}
    {%- do log(
        'Lines: ' ~ changed_files() | length ~ ' of ' ~ input_plan().files | length
        ~ ' files are read, the others are as they were.', info=true
    ) -%}
    {%- set versions = [] -%}
    {%- for version in file_versions(input_plan()).values() -%}
        {%- do versions.append(string_literal(version)) -%}
    {%- endfor -%}
    {%- set is_gone = 'file_version not in (' ~ versions | join(', ') ~ ')' -%}
    {%- if is_noted %}
    insert into {{ changed }}
    select distinct invoice_number, customer_id, cast(invoiced_at as date)
    from {{ arguments.target_relation }}
    where {{ is_gone }};

    insert into {{ changed }}
    select distinct invoice_number, customer_id, cast(invoiced_at as date)
    from {{ arguments.temp_relation }};
    {%- endif %}

    delete from {{ arguments.target_relation }}
    where {{ is_gone }};

    insert into {{ arguments.target_relation }} by name
    select * from {{ arguments.temp_relation }};

    {%- if is_noted %}

    insert into {{ changed }}
    select distinct invoice_number, customer_id, cast(invoiced_at as date)
    from {{ arguments.target_relation }}
    where {{ unit_has_changed('invoice_number') }};

    {{ store_lines_of_changes(arguments.target_relation) }}
    {%- endif %}
{% endmacro %}


{#- The strategy of the tables above it. Arguments: those of dbt's strategies. -#}
{% macro get_incremental_changed_lines_sql(arguments) %}
    delete from {{ arguments.target_relation }}
    where {{ unit_has_changed(config.get('meta').unit) }};

    insert into {{ arguments.target_relation }} by name
    select * from {{ arguments.temp_relation }};
{% endmacro %}


{#-
    On-run-end: notes that every table has followed, where this build made all of them from all rows and no test
    failed. Tests look at what changed, so that they have to see it until they pass.
-#}
{% macro settle_changed_lines(results) %}
    {%- set is_whole = flags.WHICH == 'build' and not flags.EMPTY and not flags.SAMPLE -%}
    {%- set failed = results | map(attribute='status') | map('string') | select('in', ['error', 'fail', 'skipped']) | list -%}
    {%- if execute and tables_can_follow() and is_whole and not failed -%}
        {%- set followers = [] -%}
        {%- for node in graph.nodes.values() -%}
            {%- if node.config.incremental_strategy in ('changed_files', 'changed_lines') -%}
                {%- do followers.append(node.unique_id) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set made = [] -%}
        {%- for result in results if result.status == 'success' -%}
            {%- do made.append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- if not followers | reject('in', made) | list -%}
            create or replace table {{ changed_lines() }} (
                invoice_number varchar, customer_id varchar, invoice_date date
            );
            comment on table {{ changed_lines() }} is {{ string_literal(rules_version(input_plan())) }};
            {{ drop_lines_of_changes() }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
