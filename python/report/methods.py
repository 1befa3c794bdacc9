"""Where other clustering methods place the customers of each segment."""

import duckdb

from report.queries import Row, columns, rows


def read_agreement(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Customers of each segment by how many of the other methods agree."""
    if not columns(connection, "customer_clusters"):
        return []
    return rows(
        connection,
        """
        select cluster_number as segment_id, n_agreeing_methods, count(*) as n_customers
        from customer_clusters
        where method = 'kmeans' and n_agreeing_methods is not null
        group by cluster_number, n_agreeing_methods
        order by cluster_number, n_agreeing_methods
        """,
    )


def read_placements(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """For each segment and other method: customers in the cluster that holds most of them, and in noise."""
    if not columns(connection, "customer_clusters"):
        return []
    return rows(
        connection,
        """
        with placed as (
            select customers.segment_id, clusters.method, clusters.cluster_number, count(*) as n_customers
            from customer_clusters as clusters
            inner join customers on clusters.customer_id = customers.customer_id
            where clusters.method <> 'kmeans'
            group by customers.segment_id, clusters.method, clusters.cluster_number
        )

        select
            segment_id, method,
            cast(sum(n_customers) as bigint) as n_customers,
            coalesce(max(n_customers) filter (cluster_number is not null), 0) as n_together,
            count(cluster_number) as n_clusters,
            coalesce(max(n_customers) filter (cluster_number is null), 0) as n_noise
        from placed
        group by segment_id, method
        order by segment_id, method
        """,
    )
