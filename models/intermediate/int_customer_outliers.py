def model(dbt, session):
    from mart_arrays import OUTLIER_SCHEMA, customer_arrays, feature_names, outlier_table
    from segmentation.features import FeatureTransformer, robust_outliers

    features = feature_names(dbt.ref("int_segmentation_features"))
    customers = customer_arrays(dbt.ref("int_customer_features"), features)
    if len(customers.ids) == 0:
        return OUTLIER_SCHEMA.empty_table()
    transformer = FeatureTransformer(dbt.config.meta_get("feature_transform")).fit(customers.values)
    return outlier_table(customers, robust_outliers(transformer.transformed(customers.values)))
