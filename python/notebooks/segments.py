"""A notebook on the published marts: what they say, and what another number of segments would.

Open it with `.venv/bin/marimo edit python/notebooks/segments.py` after make build and make test (which
installs marimo). It opens segments.duckdb in the published place (SEGMENTATION_PUBLISHED) and only reads.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Customer segments")


@app.cell
def _():
    import os
    import sys
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo
    import pandas as pd

    # The project's own functions and its published marts, wherever the notebook is opened from.
    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root / "python"))
    database = root / os.environ.get("SEGMENTATION_PUBLISHED", "published") / "segments.duckdb"
    mo.stop(not database.exists(), mo.md(f"There is no {database}: run `make build` first."))
    marts = duckdb.connect(str(database), read_only=True)
    profiles = marts.sql("from segment_profiles order by value_rank")
    names = [name for (name,) in profiles.select("segment_name").fetchall()]
    mo.stop(len(names) < 2, mo.md(f"Two segments are needed to compare, and {len(names)} are published."))
    return alt, duckdb, marts, mo, names, pd, profiles, root


@app.cell
def _(mo, profiles):
    shares = "n_customers, share_of_customers, revenue, share_of_revenue"
    medians = "median_recency_days, median_frequency, median_monetary"
    shown = profiles.select(f"segment_name, {shares}, {medians}, rule, recommended_action")
    table = mo.ui.table(shown.to_arrow_table(), selection=None)
    mo.vstack([mo.md("# Customer segments\n\nAs published, best first."), table])
    return


@app.cell
def _(alt, mo, names, profiles):
    sizes = profiles.select("segment_name, share_of_customers, share_of_revenue").df().melt("segment_name")
    bars = alt.Chart(sizes, width=450).mark_bar()
    bars = bars.encode(
        x=alt.X("value:Q", title="share", axis=alt.Axis(format="%")),
        y=alt.Y("segment_name:N", title=None, sort=names),
        yOffset="variable:N",
        color=alt.Color("variable:N", title=None),
    )
    mo.vstack([mo.md("How large is each segment, and how much of the revenue comes from it?"), bars])
    return


@app.cell
def _(alt, marts, mo):
    scan = marts.sql("from segment_k_scan order by k").df()
    by_k = alt.Chart(scan, width=300).encode(x=alt.X("k:O", title="number of segments k"))
    inertia, silhouette = (by_k.encode(y=f"{measure}:Q") for measure in ("inertia", "silhouette"))
    knee = by_k.transform_filter("datum.is_elbow").mark_rule(strokeDash=[4, 4])
    shuffled = by_k.encode(y=alt.Y("null_silhouette_max:Q", title="silhouette")).mark_line(
        color="grey", strokeDash=[4, 4]
    )
    chosen = [y.transform_filter("datum.is_chosen").mark_point(size=200) for y in (inertia, silhouette)]
    inertia = inertia.mark_line(point=True) + knee + chosen[0]
    silhouette = silhouette.mark_line(point=True) + shuffled + chosen[1]
    explained = "The ring is the choice, the dashed upright the knee; grey is the best of shuffled columns."
    mo.vstack([mo.md(f"Why this number? {explained} {scan['verdict'][0]}"), inertia | silhouette])
    return


@app.cell
def _(alt, marts, mo, names):
    # At most 2,000 customers, the same ones each time: the browser draws every point.
    drawn = marts.sql("from customer_segments order by md5(customer_id), customer_id limit 2000")
    drawn = drawn.select("customer_id, segment_name, recency_days, frequency, monetary").df()
    customer_map = alt.Chart(drawn, width=550, height=350).mark_circle(opacity=0.6)
    customer_map = customer_map.encode(
        x="recency_days:Q",
        y=alt.Y("monetary:Q").scale(type="symlog").axis(values=[10**power for power in range(9)]),
        size="frequency:Q",
        color=alt.Color("segment_name:N", title="published", scale=alt.Scale(domain=names)),
        tooltip=list(drawn.columns),
    )
    mo.vstack([mo.md("Where do they lie? A point is a customer, larger with more orders."), customer_map])
    return customer_map, drawn


@app.cell
def _(marts, mo):
    from python_models import customer_arrays, fetch_rows
    from segmentation.model import SegmentModel

    rfm = marts.table("customer_rfm")
    model = SegmentModel.from_rows(fetch_rows(marts.table("segment_model")))
    unknown = [feature for feature in model.features if feature not in rfm.columns]
    mo.stop(unknown != [], mo.md(f"No refit: the model uses {', '.join(unknown)}, not in customer_rfm."))
    customers = customer_arrays(rfm, model.features, for_fit=True)  # all of them up to 200,000
    k = mo.ui.slider(2, 10, value=len(model.segment_ids), label="segments", show_value=True, debounce=True)
    mo.vstack([mo.md("What if there were more segments, or fewer? Move the slider to fit them again."), k])
    return customers, fetch_rows, k, model


@app.cell
def _(alt, customer_map, customers, drawn, duckdb, fetch_rows, k, marts, mo, model, names, pd, root):
    # Fitted like the published model; segments that are found again keep their names.
    from segmentation.kmeans import nearest_two
    from segmentation.model import fit_segment_model
    from segmentation.silhouettes import euclidean_silhouettes

    refit = fit_segment_model(
        customers.values,
        features=model.features,
        kind=model.feature_transform,
        n_segments=k.value,
        random_seed=model.random_seed,
        monetary_for_order=customers.monetary,
        playbook=fetch_rows(duckdb.read_csv(root / "seeds" / "segment_playbook.csv")),
        previous=model,
    )
    z = refit.transformer.transform(customers.values)
    after = [refit.segment_names[segment] for segment in nearest_two(z, refit.centroids).first]
    published = marts.sql("select customer_id, segment_name from customer_segments").df()
    moves = published.set_index("customer_id").loc[customers.ids.to_pylist()].assign(refitted=after)
    labels = [pd.factorize(moves[column])[0] for column in moves]
    silhouettes = [found.mean for found in euclidean_silhouettes(z, labels, random_seed=model.random_seed)]
    share_changed = (moves.segment_name != moves.refitted).mean()
    order = names + sorted(set(after) - set(names))  # colours as above, names that are new last
    crosstab = pd.crosstab(moves.segment_name, moves.refitted)
    crosstab = crosstab.reindex(index=names, columns=order, fill_value=0)
    answer = f"""
    **{share_changed:.1%}** of the customers would change their segment, and the silhouette would be
    {silhouettes[1]:.3f} instead of {silhouettes[0]:.3f}. Rows: published; columns: fitted again.
    """
    colour = alt.Color("refitted:N", scale=alt.Scale(domain=order))
    moved = customer_map.properties(data=drawn.join(moves.refitted, on="customer_id")).encode(color=colour)
    mo.vstack([mo.md(answer), crosstab.reset_index(), moved])
    return crosstab, share_changed, silhouettes


if __name__ == "__main__":
    app.run()
