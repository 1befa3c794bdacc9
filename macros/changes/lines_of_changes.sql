{#-
    The lines of changed units, so that not every table that follows has to look for them among all lines. The schema
    of changes holds them under the name base_invoice_lines, and over them the views of lines under theirs. It is made
    in the transaction that notes what has changed, and gone when all tables have followed.
-#}
{% macro of_changes(relation) %}
    {{ return(relation.incorporate(path={'schema': target.schema ~ '_changes'})) }}
{% endmacro %}


{#- What has a namesake there: the table of lines and the views whose post-hook is `view_of_changes`. -#}
{% macro names_in_changes() %}
    {{ return([
        'base_invoice_lines', 'stg_invoice_lines', 'int_invoice_lines_classified', 'int_line_fates', 'invoice_lines',
        'int_customer_lines',
    ]) }}
{% endmacro %}


{#- Whether the schema of changes holds a table or view of this name. Arguments: relation. -#}
{% macro is_in_changes(relation) %}
    {%- set changes = of_changes(relation) -%}
    {%- set query -%}
        select count(*)
        from information_schema.tables
        where table_catalog = {{ string_literal(changes.database) }}
            and table_schema = {{ string_literal(changes.schema) }}
            and table_name = {{ string_literal(changes.identifier) }}
    {%- endset -%}
    {{ return(run_query(query).columns[0].values()[0] > 0) }}
{% endmacro %}


{#-
    What a model or test that asks for changed units alone reads instead of all lines; the relation itself where it
    looks at all of them, and where the schema of changes does not hold it. Arguments: relation, of lines.
-#}
{% macro lines_of_changes(relation) %}
    {#- The name first: the other questions are put to the database, and most relations are not of lines. -#}
    {%- set is_of_lines = relation.identifier in names_in_changes() -%}
    {%- if is_of_lines and (is_following() or is_testing_changes()) and is_in_changes(relation) -%}
        {{ return(of_changes(relation)) }}
    {%- endif -%}
    {{ return(relation) }}
{% endmacro %}


{#- Statements that store the lines of changed units. Arguments: lines, the relation of base_invoice_lines. -#}
{% macro store_lines_of_changes(lines) %}
    create schema if not exists {{ of_changes(lines).without_identifier() }};

    create or replace table {{ of_changes(lines) }} as
    select *
    from {{ lines }}
    where
        {{ unit_has_changed('buyer') }}
        or {{ unit_has_changed('invoice_number') }}
        or cast(invoiced_at as date) in (select invoice_date from {{ changed_lines() }});
{% endmacro %}


{#- Post-hook of a view of lines: the same view over what the schema of changes holds of what it reads. -#}
{% macro view_of_changes() %}
    {%- if execute and tables_can_follow() and knows_changed_lines() -%}
        {%- set query = namespace(text=sql) -%}
        {%- for name in model.depends_on.nodes if name.split('.')[-1] in names_in_changes() -%}
            {%- set node = graph.nodes[name] -%}
            {%- set read = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
            {%- if is_in_changes(read) -%}
                {%- set query.text = query.text | replace(read | string, of_changes(read) | string) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if query.text != sql %}
        create or replace view {{ of_changes(this) }} as
        {{ query.text }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- A statement that ends what the schema of changes holds. -#}
{% macro drop_lines_of_changes() %}
    drop schema if exists {{ of_changes(changed_lines()).without_identifier() }} cascade
{% endmacro %}
