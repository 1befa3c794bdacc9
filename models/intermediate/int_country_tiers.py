def model(dbt, session):
    from python_models import tier_table

    random_seed = dbt.config.meta_get("random_seed")
    return tier_table(dbt.ref("int_country_revenue"), "country", random_seed=random_seed)
