"""The gate: may a challenger take the champion's place?

Both are compared on the same recent labelled windows, which neither was trained on, and on
nothing else: figures of different weeks cannot be compared. Pure functions over scored pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from purchase_assets.forecasting import metrics
from purchase_assets.forecasting.calibration import CALIBRATION_BOUNDS, is_calibrated
from purchase_assets.forecasting.features import KEYS, LABEL
from purchase_assets.forecasting.fit import HOLDOUT_WINDOWS, fit_and_score, split
from purchase_assets.settings import ForecastSettings
from purchase_assets.text import Text

TOLERATED_LOSS = 0.01
"""The lower bound of the relative gain in average precision may fall this far below zero."""
TOLERATED_LOG_LOSS = 0.01
"""Noise in the labels flattens probabilities and leaves their order: only log loss sees it."""
CONFIDENCE = 0.90
SLICE_LOSS = 0.05
SLICE_MIN_BOUGHT = 200
"""Smaller slices swing more than the loss that is looked for."""
DRAWS = 200

GAIN = Text(
    "average precision {gain:+.2%} against the champion",
    "precisión media {gain:+.2%} frente al modelo campeón",
)


@dataclass(frozen=True)
class GateVerdict:
    """Whether to promote, why in one sentence, and the figures behind it."""

    promote: bool
    reason: Text
    figures: dict[str, float]


def holdout(
    training_set: pd.DataFrame,
    parameters: Mapping[str, float],
    settings: ForecastSettings,
    *,
    seed: int,
    windows: int = HOLDOUT_WINDOWS,
) -> pd.DataFrame:
    """The newest windows of a training set, scored by a recipe refitted without them.

    This is how a champion that has seen these windows is compared: by its parameters and seed.
    `Training.holdout` is the same thing for the challenger.
    """
    earlier, recent = split(training_set, windows)
    return fit_and_score(earlier, recent, parameters, settings, seed=seed)[1]


def judge(
    challenger: pd.DataFrame,
    champion: pd.DataFrame | None,
    *,
    loads: bool,
    seed: int = 0,
) -> GateVerdict:
    """Compare two sets of forecasts of the same labelled pairs.

    Parameters
    ----------
    challenger, champion : pandas.DataFrame
        Labelled features with `probability` and `will_buy` (`Training.holdout`, `holdout`), of
        models that were not trained on these windows. Without a champion the challenger has to
        beat the recency baseline only.
    loads : bool
        Whether the registered challenger loads and answers in a fresh process.
    seed : int
        Seed of the bootstrap.

    Raises
    ------
    ValueError
        When the two frames are not about the same pairs and outcomes.
    """
    figures = metrics.evaluate(challenger)
    if champion is not None:
        champion = _aligned(champion, challenger)
        figures |= _comparison(challenger, champion, seed)
        figures["worst_slice_gain"], worst = _worst_slice(challenger, champion)
    failures = _failures(figures, loads)
    if champion is not None and not is_calibrated(figures["calibration"]):
        low, high = CALIBRATION_BOUNDS
        failures.append(
            Text(
                "expects {calibration:.2f} times the purchases that came "
                "(accepted: {low} to {high})",
                "espera {calibration:.2f} veces las compras que hubo "
                "(se acepta: de {low} a {high})",
            ).format(calibration=figures["calibration"], low=low, high=high)
        )
    if champion is not None and figures["worst_slice_gain"] < -SLICE_LOSS:
        failures.append(
            Text(
                "{loss:.1%} worse for {worst} (accepted: {accepted:.0%})",
                "{loss:.1%} peor en {worst} (se acepta: {accepted:.0%})",
            ).format(loss=-figures["worst_slice_gain"], worst=worst, accepted=SLICE_LOSS)
        )
    return GateVerdict(not failures, _sentence(figures, failures), figures)


def _failures(figures: dict[str, float], loads: bool) -> list[Text]:
    failures = []
    if not loads:
        failures.append(
            Text(
                "does not load and answer in a fresh process",
                "no se carga ni responde en un proceso nuevo",
            )
        )
    if figures["f1"] <= figures["baseline_f1"]:
        failures.append(
            Text(
                "F1 {f1:.3f} does not beat the recency baseline's {baseline_f1:.3f}",
                "el F1 {f1:.3f} no supera el {baseline_f1:.3f} de la referencia de recencia",
            ).format(**figures)
        )
    if figures["average_precision"] <= figures["baseline_average_precision"]:
        failures.append(
            Text(
                "average precision {average_precision:.3f} does not beat the recency baseline's "
                "{baseline_average_precision:.3f}",
                "la precisión media {average_precision:.3f} no supera la de la referencia de "
                "recencia, {baseline_average_precision:.3f}",
            ).format(**figures)
        )
    if "gain" in figures:
        failures += _losses(figures)
    return failures


def _losses(figures: dict[str, float]) -> list[Text]:
    """What the challenger loses against the champion beyond what is tolerated."""
    losses = []
    surely_sharper = figures["log_loss_gain_low"] > 0
    if figures["gain"] < 0 and not surely_sharper:
        losses.append(GAIN.format(**figures))
    elif figures["gain_low"] < -TOLERATED_LOSS:
        losses.append(
            Text(
                "average precision may be as low as {gain_low:+.2%} against the champion "
                "(accepted: {accepted:.0%})",
                "la precisión media puede llegar a {gain_low:+.2%} frente al modelo campeón "
                "(se acepta: {accepted:.0%})",
            ).format(**figures, accepted=-TOLERATED_LOSS)
        )
    if figures["log_loss_gain"] < -TOLERATED_LOG_LOSS:
        losses.append(
            Text(
                "probabilities {loss:.1%} worse in log loss than the champion's "
                "(accepted: {accepted:.0%})",
                "probabilidades {loss:.1%} peores en pérdida logarítmica que las del modelo "
                "campeón (se acepta: {accepted:.0%})",
            ).format(loss=-figures["log_loss_gain"], accepted=TOLERATED_LOG_LOSS)
        )
    return losses


def _sentence(figures: dict[str, float], failures: list[Text]) -> Text:
    if failures:
        said = Text.joined(failures, "; ")
        return Text(f"Not promoted: {said.en}.", f"No se promueve: {said.es}.")
    if "gain" not in figures:
        return Text(
            "Promoted: first model, F1 {f1:.3f} against the recency baseline's {baseline_f1:.3f}.",
            "Se promueve: primer modelo, F1 {f1:.3f} frente al {baseline_f1:.3f} de la referencia "
            "de recencia.",
        ).format(**figures)
    return Text(
        "Promoted: {gain_said} (at least {gain_low:+.2%}), F1 {f1:.3f}.",
        "Se promueve: {gain_said} (al menos {gain_low:+.2%}), F1 {f1:.3f}.",
    ).format(**figures, gain_said=GAIN.format(**figures))


def _aligned(champion: pd.DataFrame, challenger: pd.DataFrame) -> pd.DataFrame:
    """The champion's rows in the challenger's order."""
    keys = list(KEYS)
    order = challenger[keys].merge(
        champion[[*keys, LABEL, "probability", "will_buy"]], on=keys, how="left"
    )
    same = len(champion) == len(challenger) and not order["probability"].isna().any()
    if not same or (order[LABEL].to_numpy() != challenger[LABEL].to_numpy()).any():
        raise ValueError(
            f"the champion's {len(champion)} pairs of {_weeks(champion)} windows are not the "
            f"challenger's {len(challenger)} of {_weeks(challenger)}; expected the same pairs "
            "with the same outcomes; score both on one holdout"
        )
    return challenger.assign(
        probability=order["probability"].to_numpy(), will_buy=order["will_buy"].to_numpy()
    )


def _weeks(frame: pd.DataFrame) -> int:
    return frame["cutoff"].nunique()


def _comparison(challenger: pd.DataFrame, champion: pd.DataFrame, seed: int) -> dict[str, float]:
    """Relative gains in average precision and log loss, with bounds of a bootstrap by customer."""
    codes, customers = pd.factorize(challenger["customer_id"])
    ours, theirs = _Ranking(challenger, codes), _Ranking(champion, codes)
    our_loss, their_loss = _log_loss(challenger, codes), _log_loss(champion, codes)
    ones = np.ones(len(customers))
    random = np.random.default_rng(seed)
    # pairs of one customer are not independent, so whole customers are drawn
    draws = random.multinomial(len(customers), ones / len(customers), size=DRAWS).astype("float64")
    gains = [ours.precision(weights) / theirs.precision(weights) - 1 for weights in draws]
    log_loss_gains = 1 - (draws @ our_loss) / (draws @ their_loss)
    low, high = np.quantile(gains, [1 - CONFIDENCE, CONFIDENCE])
    theirs_overall = metrics.evaluate(champion)
    return {
        "champion_average_precision": theirs_overall["average_precision"],
        "champion_f1": theirs_overall["f1"],
        "gain": ours.precision(ones) / theirs.precision(ones) - 1,
        "gain_low": float(low),
        "gain_high": float(high),
        "log_loss_gain": float(1 - our_loss.sum() / their_loss.sum()),
        "log_loss_gain_low": float(np.quantile(log_loss_gains, 1 - CONFIDENCE)),
    }


def _log_loss(scored: pd.DataFrame, customer: NDArray[Any]) -> NDArray[np.float64]:
    """Sum of the log losses of each customer's pairs."""
    p = scored["probability"].to_numpy().clip(1e-6, 1 - 1e-6)
    loss = -np.log(np.where(scored[LABEL].to_numpy() == 1, p, 1 - p))
    return np.bincount(customer, weights=loss).astype("float64")


class _Ranking:
    """Pairs sorted by probability once, so that each bootstrap draw is two cumulative sums."""

    def __init__(self, scored: pd.DataFrame, customer: NDArray[Any]) -> None:
        probability = scored["probability"].to_numpy()
        order = np.argsort(-probability, kind="stable")
        self.bought = scored[LABEL].to_numpy(dtype="float64")[order]
        self.customer = customer[order]
        # equal probabilities share the precision of their last pair
        ordered = probability[order]
        self.last = np.searchsorted(-ordered, -ordered, side="right") - 1

    def precision(self, weights: NDArray[np.float64]) -> float:
        """Weighted average precision over the candidates."""
        weight = weights[self.customer]
        hits = np.cumsum(weight * self.bought)
        precision = (hits / np.maximum(np.cumsum(weight), 1e-12))[self.last]
        return float(np.sum(weight * self.bought * precision) / max(hits[-1], 1e-12))


def _worst_slice(challenger: pd.DataFrame, champion: pd.DataFrame) -> tuple[float, str]:
    """Smallest relative gain in average precision over the large slices, and its name."""
    gains = [
        (float(ours["average_precision"]) / float(theirs["average_precision"]) - 1, ours)  # type: ignore[arg-type]
        for ours, theirs in zip(
            metrics.slice_metrics(challenger), metrics.slice_metrics(champion), strict=True
        )
        if int(ours["bought"]) >= SLICE_MIN_BOUGHT  # type: ignore[call-overload]
    ]
    if not gains:
        return 0.0, ""
    gain, worst = min(gains, key=lambda found: found[0])
    return gain, f"{worst['slice']} {worst['value']}"
