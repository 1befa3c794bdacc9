def model(dbt, session):
    from python_models import compare_clusterings, fetch_rows
    from segmentation.model import SegmentModel

    return compare_clusterings(
        dbt.ref("int_customer_features"),
        SegmentModel.from_rows(fetch_rows(dbt.ref("segment_model"))),
        methods=dbt.config.meta_get("cluster_methods"),
        random_seed=dbt.config.meta_get("random_seed"),
    )
