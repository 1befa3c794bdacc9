-- A method that did not fail has one row for each customer.
with

clusters as (
    select
        method,
        count(distinct customer_id) as n_customers,
        count(*) as n_rows
    from {{ ref('customer_clusters') }}
    group by method
),

customers as (
    select count(*) as n_customers
    from {{ ref('customer_rfm') }}
),

methods as (
    select * from {{ ref('clustering_comparison') }}
    where status = 'ok'
)

select
    methods.method,
    clusters.n_rows,
    customers.n_customers
from methods
cross join customers
left join clusters
    on methods.method = clusters.method
where
    clusters.n_customers is distinct from customers.n_customers
    or clusters.n_rows is distinct from customers.n_customers
