def model(dbt, session):
    from python_models import pair_events

    return pair_events(dbt.ref("int_return_events"))
