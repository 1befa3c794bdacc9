def model(dbt, session):
    from python_models import feature_names, segment_rule_table

    return segment_rule_table(
        dbt.ref("int_customer_features"),
        dbt.ref("int_customer_scores"),
        feature_names(dbt.ref("int_segmentation_features")),
        currency=dbt.config.meta_get("currency"),
        random_seed=dbt.config.meta_get("random_seed"),
    )
