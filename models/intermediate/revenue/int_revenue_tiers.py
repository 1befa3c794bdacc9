def model(dbt, session):
    from python_models import tier_table

    return tier_table(dbt.ref("int_revenue"), random_seed=dbt.config.meta_get("random_seed"))
