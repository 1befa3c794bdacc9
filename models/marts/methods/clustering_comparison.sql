with

runs as (
    select * from {{ ref('int_clustering_runs') }}
),

clustering_comparison as (
    select
        method,
        n_clusters,
        silhouette,
        noise_share_of_customers,
        noise_share_of_revenue,
        adjusted_rand_index,
        seconds,
        rows_fitted,
        status,
        error
    from runs
)

select * from clustering_comparison
