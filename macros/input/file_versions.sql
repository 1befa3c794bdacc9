{% macro file_versions(plan) %}
    {%- set rules = [
        plan.date_formats, plan.cancellation_pattern, plan.adjustment_pattern, plan.project_checksum | default(''),
        var('invoice_columns'), var('placeholder_customers'), project_variables().as_of_date,
    ] -%}
    {%- set versions = {} -%}
    {%- for file in plan.files -%}
        {%- set content = [
            file.source_file, file.checksum, file.columns, file.types, file.decimal_separator, file.repeated_of is none,
        ] -%}
        {#- No text that could be taken for a number. -#}
        {%- do versions.update({
            file.source_file: none if file.checksum is none else 'v' ~ local_md5(tojson([rules, content])),
        }) -%}
    {%- endfor -%}
    {{ return(versions) }}
{% endmacro %}

{% macro files_to_read() %}
    {%- set stored = stored_lines() -%}
    {%- set held = [] -%}
    {%- if stored is not none -%}
        {%- do held.extend(run_query('select distinct file_version from ' ~ stored).columns[0].values()) -%}
    {%- endif -%}
    {%- set versions = file_versions(input_plan()) -%}
    {%- set files = [] -%}
    {%- for file in input_plan().files if versions[file.source_file] is none or versions[file.source_file] not in held -%}
        {%- do files.append(file) -%}
    {%- endfor -%}
    {{ return(files) }}
{% endmacro %}

{% macro stored_lines() %}
    {%- if not is_building() or flags.FULL_REFRESH or is_spark() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set lines = adapter.get_relation(target.database, target.schema ~ '_staging', 'base_invoice_lines') -%}
    {{ return(lines if lines is not none and lines.type == 'table' else none) }}
{% endmacro %}

{% macro delete_lines_of_other_versions() %}
    {%- set stored = stored_lines() -%}
    {%- if stored is not none -%}
        {%- set files = input_plan().files -%}
        {%- do log(
            'Lines: ' ~ files_to_read() | length ~ ' of ' ~ files | length ~ ' files are read, the others are as they were.',
            info=true
        ) -%}
        {%- set versions = ["''"] -%}
        {%- for version in file_versions(input_plan()).values() if version is not none -%}
            {%- do versions.append(string_literal(version)) -%}
        {%- endfor -%}
        delete from {{ stored }}
        where coalesce(file_version not in ({{ versions | join(', ') }}), true)
    {%- endif -%}
{% endmacro %}

{% macro say_which_files_changed() %}
    {%- set files = adapter.get_relation(target.database, target.schema ~ '_staging', 'stg_input_files') -%}
    {%- set known = {} -%}
    {%- if files is not none -%}
        {%- for row in run_query('select source_file, checksum from ' ~ files ~ ' order by source_file') -%}
            {%- do known.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set named = {} -%}
    {%- for file in input_plan().files -%}
        {%- do named.update({file.source_file: file.checksum}) -%}
    {%- endfor -%}
    {%- set both = known.keys() | select('in', named) | list -%}
    {%- set changed = [] -%}
    {%- for name in both if known[name] != named[name] -%}
        {%- do changed.append(name) -%}
    {%- endfor -%}
    {%- set parts = [] -%}
    {%- for word, names in [
        ('new', named.keys() | reject('in', known) | list), ('changed', changed),
        ('gone', known.keys() | reject('in', named) | list),
    ] if names -%}
        {%- set more = ' and ' ~ (names | length - 3) ~ ' more' if names | length > 3 else '' -%}
        {%- do parts.append(word ~ ': ' ~ names[:3] | join(', ') ~ more) -%}
    {%- endfor -%}
    {%- if parts and both -%}
        {%- do log('Input: since the last build, ' ~ parts | join('; ') ~ '.', info=true) -%}
    {%- endif -%}
{% endmacro %}
