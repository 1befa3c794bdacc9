def model(dbt, session):
    from mart_arrays import customer_arrays, fetch_rows, run_clusterings
    from segmentation.model import SegmentModel

    segment_model = SegmentModel.from_rows(fetch_rows(dbt.ref("segment_model")))
    features = segment_model.features if segment_model else ["monetary"]
    return run_clusterings(
        customer_arrays(dbt.ref("int_customer_features"), features),
        segment_model,
        methods=dbt.config.meta_get("cluster_methods"),
        random_seed=dbt.config.meta_get("random_seed"),
    )
