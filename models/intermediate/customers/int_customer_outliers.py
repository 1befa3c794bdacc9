def model(dbt, session):
    from python_models import feature_names, flag_outliers

    return flag_outliers(
        dbt.ref("int_customer_features"),
        feature_names(dbt.ref("int_segmentation_features")),
        dbt.config.meta_get("feature_transform"),
    )
