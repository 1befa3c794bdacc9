{% macro input_plan() %}
    {%- set request = {
        'variables': project_variables(),
        'given': invocation_args_dict.get('vars', {}).keys() | list | sort,
        'records_folder': (flags.TARGET_PATH or 'target') ~ '/input_records',
    } -%}
    {{ return(fromjson(reader_answer(tojson(request, sort_keys=true)))) }}
{% endmacro %}

{% macro project_variables() %}
    {%- set names = [
        'invoices', 'invoice_columns', 'invoice_date_format', 'customer_records', 'customer_records_columns',
        'customer_attributes', 'currency', 'as_of_date', 'monetary_basis', 'drop_duplicates',
        'cancellation_pattern', 'adjustment_pattern', 'placeholder_customers', 'accept_implausible', 'private_attributes',
        'same_shop',
        'segmentation_features', 'feature_transform', 'outliers', 'n_segments', 'k_candidates', 'refit',
        'cluster_methods', 'random_seed', 'publish_lines', 'publish_report',
        'pseudonymize_customer_ids', 'minimum_published_customers',
    ] -%}
    {%- set values = {} -%}
    {%- for name in names -%}
        {%- set is_date = var(name) is not none and var(name).isoformat is defined -%}
        {%- do values.update({name: var(name) | string if is_date else var(name)}) -%}
    {%- endfor -%}
    {#- Keys of a shop's file that are no vars of dbt_project.yml. -#}
    {%- for name in ['database', 'published'] if name in invocation_args_dict.get('vars', {}) -%}
        {%- do values.update({name: var(name)}) -%}
    {%- endfor -%}
    {{ return(values) }}
{% endmacro %}
