"""Transforms, scaling and outlier flags."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats
from sklearn.preprocessing import PowerTransformer, StandardScaler

from segmentation.features import FeatureTransformer, TransformKind, robust_bounds

pytestmark = pytest.mark.filterwarnings("error")

KINDS: list[TransformKind] = ["log1p", "yeo_johnson", "none"]


def skewed(n_customers: int = 500) -> npt.NDArray[np.float64]:
    return np.random.default_rng(3).lognormal(mean=1.0, sigma=1.5, size=(n_customers, 3))


def test_log1p_is_the_standard_scaler_on_log1p() -> None:
    values = skewed()
    expected = StandardScaler().fit_transform(np.log1p(values))
    np.testing.assert_allclose(
        FeatureTransformer("log1p").fit(values).transform(values), expected, atol=1e-12
    )


def test_yeo_johnson_agrees_with_scikit_learn_on_both_signs() -> None:
    values = skewed() - 2.0
    expected = PowerTransformer(method="yeo-johnson").fit_transform(values)
    transformer = FeatureTransformer("yeo_johnson").fit(values)
    np.testing.assert_allclose(transformer.transform(values), expected, atol=1e-6)
    # The written-out formula of scipy, for the lambdas that were learned.
    assert transformer.lambdas_ is not None
    for feature, power in enumerate(transformer.lambdas_):
        expected_feature = stats.yeojohnson(values[:, feature], power)
        np.testing.assert_allclose(transformer.transformed(values)[:, feature], expected_feature, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_inverse_returns_the_values(kind: TransformKind) -> None:
    values = skewed()
    transformer = FeatureTransformer(kind).fit(values)
    np.testing.assert_allclose(
        transformer.inverse_transform(transformer.transform(values)), values, rtol=1e-9
    )


@pytest.mark.parametrize("kind", KINDS)
def test_row_order_changes_no_bit(kind: TransformKind) -> None:
    values = skewed()
    shuffled = np.random.default_rng(5).permutation(values)
    one, other = FeatureTransformer(kind).fit(values), FeatureTransformer(kind).fit(shuffled)
    assert one.means_.tolist() == other.means_.tolist()
    assert one.scales_.tolist() == other.scales_.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_stored_parameters_give_the_same_scores(kind: TransformKind) -> None:
    values = skewed()
    fitted = FeatureTransformer(kind).fit(values)
    lambdas = None if fitted.lambdas_ is None else fitted.lambdas_.tolist()
    stored = FeatureTransformer.from_parameters(
        kind, lambdas, fitted.means_.tolist(), fitted.scales_.tolist()
    )
    np.testing.assert_array_equal(stored.transform(values), fitted.transform(values))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_customers", [0, 1, 2, 5])
def test_constant_features_have_scale_1_and_score_0(kind: TransformKind, n_customers: int) -> None:
    values = np.full((n_customers, 2), 7.0)
    transformer = FeatureTransformer(kind).fit(values)
    assert transformer.scales_.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(transformer.transform(values), np.zeros((n_customers, 2)), atol=1e-12)


def test_log1p_refuses_negative_values_and_names_the_feature() -> None:
    values = np.array([[1.0, 5.0], [2.0, -0.5], [-3.0, 1.0]])
    with pytest.raises(ValueError, match=r"Feature 1 is -0\.5 in row 1: log1p needs values of 0 or more"):
        FeatureTransformer("log1p").fit(values)


def test_log1p_takes_0() -> None:
    assert FeatureTransformer("log1p").fit(np.array([[0.0], [3.0]])).means_.tolist() == [np.log(4.0) / 2]


def test_missing_values_are_refused_and_named() -> None:
    with pytest.raises(ValueError, match=r"Feature 0 is nan in row 1: impute"):
        FeatureTransformer("none").fit(np.array([[1.0], [np.nan], [np.inf]]))


def test_unknown_transform_names_the_allowed_ones() -> None:
    with pytest.raises(ValueError, match="'sqrt': use one of log1p, yeo_johnson, none"):
        FeatureTransformer("sqrt")  # type: ignore[arg-type]


def outliers(transformed: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    return robust_bounds(transformed).outside(transformed)


def test_outliers_by_the_median_absolute_deviation() -> None:
    # Median 3, MAD 1: a robust z of 0.6745 * (x - 3) passes 3.5 from x = 8.19 on.
    values = np.array([[1.0], [2.0], [3.0], [4.0], [8.1], [8.2]])
    values = np.vstack([values, [[3.0]], [[2.0]], [[4.0]]])
    assert np.median(values) == 3.0
    assert outliers(values).tolist() == [False] * 5 + [True] + [False] * 3


def test_outliers_where_most_values_are_equal() -> None:
    # MAD is 0; the mean deviation is 10 / 21, so the limit is 3.5 * 1.2533 * 10 / 21 = 2.09.
    values = np.array([[1.0]] * 18 + [[2.0], [3.0], [8.0]])
    assert np.abs(values - 1).sum() == 10
    assert outliers(values).tolist() == [False] * 20 + [True]


def test_what_is_usual_by_hand() -> None:
    # Of the first feature the MAD is 1; of the second it is 0 and the mean deviation 2.
    values = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0], [5.0, 15.0]])
    bounds = robust_bounds(values)
    assert bounds.medians.tolist() == [3, 5]
    np.testing.assert_allclose(bounds.distances, [3.5 / 0.6745, 3.5 * 2 * 1.253314])
    on_the_bound = bounds.medians + bounds.distances * np.array([[1.0, -1.0], [1.0001, 0.0], [0.0, -1.0001]])
    assert bounds.outside(on_the_bound).tolist() == [False, True, True]


def test_equal_or_no_values_have_no_outliers() -> None:
    assert not outliers(np.full((9, 2), 4.0)).any()
    assert outliers(np.array([[4.0, 1.0]])).tolist() == [False]


def test_what_a_transformer_cannot_do_is_said() -> None:
    with pytest.raises(ValueError, match="needs one lambda per feature"):
        FeatureTransformer.from_parameters("yeo_johnson", None, [0.0], [1.0])
    with pytest.raises(ValueError, match="call fit first"):
        FeatureTransformer("yeo_johnson").transform(np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"two dimensions .* found 1"):
        FeatureTransformer("none").fit(np.ones(3))


def test_the_inverse_of_yeo_johnson_returns_values_of_both_signs() -> None:
    values = skewed() - 2.0
    transformer = FeatureTransformer("yeo_johnson").fit(values)
    np.testing.assert_allclose(
        transformer.inverse_transform(transformer.transform(values)), values, rtol=1e-9
    )
