{#- A hash of what decides, beside the files, how lines are read and judged. Arguments: plan, of input_plan. -#}
{% macro rules_version(plan) %}
    {{ return('v' ~ local_md5(tojson([
        plan.date_formats, plan.project_checksum | default(''),
        project_variables().as_of_date, var('monetary_basis'), var('drop_duplicates'),
    ]))) }}
{% endmacro %}


{#-
    The version of each file of the input, source_file -> hash of what decides how its records are read and judged;
    none for a table, whose content nobody knows without reading it. Arguments: plan, of input_plan.
-#}
{% macro file_versions(plan) %}
    {%- set rules = rules_version(plan) -%}
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


{#- Largest share of the records that is read by itself; beyond it, reading all of them is faster. -#}
{% macro largest_changed_share() %}
    {{ return(0.2) }}
{% endmacro %}


{#-
    The files of the input that base_invoice_lines does not hold as they are now; none where all of them have to be
    read. A build that only makes anew what has changed starts from here.
-#}
{% macro changed_files() %}
    {#- Elsewhere the lines are a table, which every build writes whole. -#}
    {%- set may_follow = is_building() and tables_can_follow() and not flags.FULL_REFRESH -%}
    {%- set lines = table_of_lines() if may_follow else none -%}
    {%- if lines is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set plan = input_plan() -%}
    {%- set versions = file_versions(plan) -%}
    {%- if none in versions.values() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set changed = [] -%}
    {%- set held = {} -%}
    {%- for row in run_query('select file_version, count(*) from ' ~ lines ~ ' group by file_version') -%}
        {%- do held.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {%- for file in plan.files if versions[file.source_file] not in held -%}
        {%- do changed.append(file) -%}
    {%- endfor -%}
    {%- set n_gone = [0] -%}
    {%- for version, n_records in held.items() if version not in versions.values() -%}
        {%- do n_gone.append(n_records) -%}
    {%- endfor -%}
    {%- set n_changed = changed | sum(attribute='n_records') + n_gone | sum -%}
    {%- if n_changed > largest_changed_share() * plan.files | sum(attribute='n_records') -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(changed) }}
{% endmacro %}


{#- The table base_invoice_lines of an earlier build; none where there is none that says which file a row is from. -#}
{% macro table_of_lines() %}
    {%- set lines = adapter.get_relation(target.database, target.schema ~ '_staging', 'base_invoice_lines') -%}
    {%- if lines is not none and lines.type == 'table' -%}
        {%- set names = adapter.get_columns_in_relation(lines) | map(attribute='name') | list -%}
        {{ return(lines if 'file_version' in names else none) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}


{#- Says which files are new, changed or gone since the last build, where the two have a file in common. -#}
{% macro say_which_files_changed() %}
    {%- set files = adapter.get_relation(target.database, target.schema ~ '_staging', 'stg_input_files') -%}
    {%- if files is not none -%}
        {%- set known = {} -%}
        {%- for row in run_query('select source_file, checksum from ' ~ files ~ ' order by source_file') -%}
            {%- do known.update({row[0]: row[1]}) -%}
        {%- endfor -%}
        {%- set plan = input_plan() -%}
        {%- set named = plan.files | map(attribute='source_file') | list -%}
        {%- set changes = {'new': [], 'changed': [], 'gone': []} -%}
        {%- for file in plan.files -%}
            {%- if file.source_file not in known -%}
                {%- do changes.new.append(file.source_file) -%}
            {%- elif file.checksum != known[file.source_file] -%}
                {%- do changes.changed.append(file.source_file) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in known if name not in named -%}
            {%- do changes.gone.append(name) -%}
        {%- endfor -%}
        {%- set parts = [] -%}
        {%- for word, names in changes.items() if names -%}
            {%- set more = ' and ' ~ (names | length - 3) ~ ' more' if names | length > 3 else '' -%}
            {%- do parts.append(word ~ ': ' ~ names[:3] | join(', ') ~ more) -%}
        {%- endfor -%}
        {%- if parts and changes.new | length < named | length -%}
            {%- do log('Input: since the last build, ' ~ parts | join('; ') ~ '.', info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
