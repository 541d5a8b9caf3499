"""The model card: what a model is, what it was made from and how far to trust it."""

from collections.abc import Mapping

from purchase_assets.forecasting.fit import OVERFIT_LIMIT, Training


def model_card(training: Training, *, data_through: str, snapshot: Mapping[str, object]) -> str:
    """Markdown for people who did not train the model.

    Parameters
    ----------
    training : Training
        The training to describe.
    data_through : str
        Last day of sales that it learned from.
    snapshot : mapping
        Where it comes from: table versions, code version and the like.
    """
    held, seen = training.validation, training.train
    rows = [
        ("F1 of the predicted list", "f1"),
        ("Precision", "precision"),
        ("Recall of everything bought", "recall"),
        ("Average precision", "average_precision"),
        ("Expected over actual purchases", "calibration"),
        ("Recency baseline, F1", "baseline_f1"),
        ("Recency baseline, average precision", "baseline_average_precision"),
    ]
    windows = training.holdout["cutoff"].nunique()
    return "\n".join(
        [
            "# Purchase forecast",
            "",
            "For every (customer, product) pair bought in recent months: the probability that it "
            "is bought in the forecast window, and the list of pairs with the best expected F1. "
            "For planning calls and stock of whole weeks; not a statement about why a customer "
            "buys, nor about pairs never bought before.",
            "",
            f"Learned from sales through {data_through}.",
            "",
            f"| | trained on | {windows} held-out windows |",
            "|---|---|---|",
            *(f"| {label} | {seen[name]:.3f} | {held[name]:.3f} |" for label, name in rows),
            "",
            f"Loss of skill on new weeks: {training.gap:.1%} (alarm above {OVERFIT_LIMIT:.0%}). "
            f"About {training.missed_share:.0%} of purchases are of pairs that nobody scores.",
            "",
            "## Slices of the held-out windows",
            "| slice | value | bought | average precision | expected over actual |",
            "|---|---|---|---|---|",
            *(
                f"| {part['slice']} | {part['value']} | {part['bought']} | "
                f"{part['average_precision']:.3f} | {part['calibration']:.2f} |"
                for part in training.slices
            ),
            "",
            "## Recipe",
            *(f"- {name}: {value:g}" for name, value in sorted(training.parameters.items())),
            f"- seed: {training.seed}",
            f"- features: {len(training.feature_names)}",
            "",
            "## Made from",
            *(f"- {name}: version {value} of its table" for name, value in snapshot.items()),
            "",
            "## Limits",
            "- Holidays and promotions are not known ahead; weeks like Christmas are off.",
            "- New customers get the best sellers of their type, never a promise.",
            "- A week of unusual total volume shifts all probabilities together.",
        ]
    )
