def model(dbt, session):
    from python_models import (
        K_SCAN_SCHEMA,
        customer_arrays,
        feature_names,
        flagged_features,
        k_scan_table,
        kept_k_scan,
    )
    from segmentation.features import FeatureTransformer
    from segmentation.k_scan import scan_k

    refit = dbt.config.meta_get("refit")
    kept = kept_k_scan(session, dbt.this, refit)
    if kept is not None:
        return kept
    features = feature_names(dbt.ref("int_segmentation_features"))
    relation = flagged_features(dbt.ref("int_customer_features"), dbt.ref("int_customer_outliers"))
    customers = customer_arrays(relation, features, for_scan=True)
    fitted = customer_arrays(relation, features, for_fit=True, outliers=dbt.config.meta_get("outliers"))
    if len(fitted.ids) == 0:
        return K_SCAN_SCHEMA.empty_table()
    transformer = FeatureTransformer(dbt.config.meta_get("feature_transform")).fit(fitted.values)
    scan = scan_k(
        transformer.transform(customers.values),
        customers.monetary,
        z_fit=transformer.transform(fitted.values),
        random_seed=dbt.config.meta_get("random_seed"),
        k_candidates=dbt.config.meta_get("k_candidates"),
        n_segments=dbt.config.meta_get("n_segments"),
    )
    return k_scan_table(scan)
