def model(dbt, session):
    from python_models import imputation_table

    return imputation_table(
        dbt.ref("int_customer_records_classified").filter("rejection_reason is null"),
        random_seed=dbt.config.meta_get("random_seed"),
    )
