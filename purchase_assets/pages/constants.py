"""Constants of the tables, as people say them in Spanish and English."""

from purchase_assets.intake.rules.rule import Severity
from purchase_assets.kinds import Verdict
from purchase_assets.text import Text

WORDS: dict[str, Text] = {
    Verdict.ACCEPTED: Text("accepted", "aceptado"),
    Verdict.PARTIAL: Text("partial", "parcial"),
    Verdict.REJECTED: Text("rejected", "rechazado"),
    Verdict.DUPLICATE: Text("nothing new", "nada nuevo"),
    Verdict.ENGINE_ERROR: Text("the check failed", "la revisión falló"),
    Verdict.WITHDRAWN: Text("withdrawn", "retirado"),
    Severity.WARN: Text("note", "aviso"),
    # published weeks
    "FRESH": Text("fresh", "al día"),
    "STALE": Text("stale", "vieja"),
    "DEGRADED": Text("degraded", "en duda"),
    "BACKFILLED": Text("backfilled", "hecha después"),
    # answers to refused files
    "CORRECTED": Text("corrected by", "corregido por"),
    "SEEN": Text("seen by", "visto por"),
    # messages
    "WAITING": Text("waits for its channel", "espera su canal"),
    "SENDING": Text("is being sent", "se está enviando"),
    "SENT": Text("sent", "enviado"),
    "UNCERTAIN": Text("perhaps not delivered", "tal vez no llegó"),
    "FAILED": Text("not delivered", "no llegó"),
    # causes of trainings, and kinds of promotions
    "first_model": Text("first model", "primer modelo"),
    "drift": Text("drift", "deriva"),
    "rejected_upload": Text("rejected file", "archivo rechazado"),
    "overdue": Text("overdue model", "modelo vencido"),
    "tainted": Text("tainted model", "modelo contaminado"),
    "first": Text("first", "primero"),
    "gate": Text("by comparison", "por comparación"),
    "rollback": Text("rollback", "vuelta atrás"),
    # lights
    "WELL": Text("well", "bien"),
    "LOOK": Text("have a look", "hay que mirar"),
    "ACT": Text("act now", "hay que actuar"),
    "UNKNOWN": Text("nothing yet", "todavía nada"),
    # drift, of a week and of a column
    "STABLE": Text("stable", "estable"),
    "DRIFTED": Text("drifted", "con deriva"),
    "INSUFFICIENT": Text("not enough data", "datos insuficientes"),
    "TOO_FEW_ROWS": Text("too few rows", "muy pocas filas"),
    "ABOVE": Text("above the threshold", "sobre el umbral"),
    "EMPTY": Text("no values", "sin valores"),
    # what a monitored column is about
    "order_line": Text("order line", "línea de pedido"),
    "customer": Text("customer", "cliente"),
    "product": Text("product", "producto"),
    "pair": Text("customer and product", "cliente y producto"),
    "forecast": Text("forecast", "pronóstico"),
}


def word(constant: str) -> Text:
    """A constant of the tables in words; one without words as it is kept."""
    return WORDS.get(constant, Text.same(constant))
