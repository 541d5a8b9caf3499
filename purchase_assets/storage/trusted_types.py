"""The types that a stored model may hold beyond those skops trusts by itself.

The list is ours and never read from the file: a file that asks for more is not one of our models.
"""

TRUSTED_TYPES = (
    "numpy.dtype",
    "purchase_assets.forecasting.row_samples.NewestRows",
    "purchase_assets.forecasting.row_samples.RandomRows",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.utils._bunch.Bunch",
)
