with

runs as (
    select * from {{ ref('int_clustering_runs') }}
),

-- The labels of a run are in the order of the customer ids.
customers as (
    select
        customer_id,
        row_number() over (order by customer_id) as position
    from {{ ref('customer_rfm') }}
),

labels as (
    select
        method,
        {{ unnested_together({'cluster_number': 'labels', 'n_agreeing_methods': 'agreeing_methods'}) }}
    from runs
),

customer_clusters as (
    select
        customers.customer_id,
        labels.method,
        cast(labels.cluster_number as integer) as cluster_number,
        labels.cluster_number is null as is_noise,
        cast(labels.n_agreeing_methods as integer) as n_agreeing_methods
    from labels
    inner join customers
        on labels.position = customers.position
)

select * from customer_clusters
