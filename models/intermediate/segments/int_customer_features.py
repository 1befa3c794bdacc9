def model(dbt, session):
    from python_models import with_imputed_features

    return with_imputed_features(
        session,
        dbt.ref("int_customer_features_observed"),
        dbt.ref("int_segmentation_features"),
        random_seed=dbt.config.meta_get("random_seed"),
    )
