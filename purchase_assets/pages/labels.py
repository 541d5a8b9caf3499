"""Titles, labels and buttons of the pages, in Spanish and English."""

from purchase_assets.kinds import Verdict
from purchase_assets.pages.wording import Language

LABELS: dict[str, dict[Language, str]] = {
    # both pages
    "other_language": {"es": "English", "en": "Español"},
    "operator_page": {"es": "Página de llamadas", "en": "Call page"},
    "monitoring_page": {"es": "Monitoreo", "en": "Monitoring"},
    "api_page": {"es": "API", "en": "API"},
    "week": {"es": "Semana", "en": "Week"},
    "product": {"es": "Producto", "en": "Product"},
    "customer": {"es": "Cliente", "en": "Customer"},
    "model_version": {"es": "versión del modelo", "en": "model version"},
    # operator page
    "title": {
        "es": "¿Qué comprará cada cliente esta semana?",
        "en": "What will each customer buy this week?",
    },
    "customer_label": {"es": "Cliente (escriba o elija)", "en": "Customer (type or pick)"},
    "only_some_listed": {
        "es": "Son muchos: la lista trae los primeros {}. Escriba los demás; con una parte del "
        "número y Enter se buscan los parecidos.",
        "en": "There are many: the list holds the first {}. Type the others; a part of the id and "
        "Enter finds similar ones.",
    },
    "similar": {"es": "¿Quiso decir…?", "en": "Did you mean…?"},
    "show_list": {"es": "Ver su lista", "en": "Show the list"},
    "product_label": {"es": "Producto", "en": "Product"},
    "ask": {"es": "¿Lo comprará?", "en": "Will they buy it?"},
    "ask_title": {"es": "Preguntar por un producto", "en": "Ask about one product"},
    "route_title": {"es": "Lista de llamadas para la ruta de hoy", "en": "Today's call list"},
    "route_label": {
        "es": "Clientes de la ruta (péguelos, uno por línea o separados por comas)",
        "en": "Customers of the route (paste them, one per line or between commas)",
    },
    "make_route": {"es": "Hacer la lista", "en": "Make the list"},
    "will_buy": {"es": "Comprará", "en": "Will buy"},
    "chance": {"es": "Probabilidad", "en": "Chance"},
    "chance_percent": {"es": "Porcentaje", "en": "Percent"},
    "why": {"es": "Por qué", "en": "Why"},
    "place": {"es": "Lugar", "en": "Place"},
    "list_of": {"es": "Lista del cliente", "en": "List of customer"},
    "less_likely": {
        "es": "Otros productos, menos probables",
        "en": "Other products, less likely",
    },
    "nothing_likely": {
        "es": "Esta semana no se espera que compre ningún producto.",
        "en": "No purchase is expected from this customer this week.",
    },
    "expected": {"es": "productos esperados", "en": "products expected"},
    "new_customer": {
        "es": "Cliente nuevo, sin compras todavía. Cinco buenas sugerencias:",
        "en": "New customer, no purchases yet. Five good suggestions:",
    },
    "if_new": {
        "es": "Si es un cliente nuevo, lo más pedido esta semana es:",
        "en": "If the customer is new, this week's most wanted products are:",
    },
    "counted_to": {
        "es": "Los días se cuentan hasta la última venta conocida.",
        "en": "Days are counted up to the last known sale.",
    },
    "type_a_customer": {"es": "Escriba un cliente.", "en": "Type a customer."},
    "type_a_product": {"es": "Escriba un producto.", "en": "Type a product."},
    "paste_customers": {"es": "Pegue algunos clientes.", "en": "Paste some customers."},
    "not_in_week": {"es": "No están en la lista:", "en": "Not in the list:"},
    "copy_hint": {
        "es": "Para copiar: haga clic en el cuadro, Ctrl+A y Ctrl+C.",
        "en": "To copy: click in the box, Ctrl+A and Ctrl+C.",
    },
    "copy_box": {"es": "Lista para copiar", "en": "List to copy"},
    "download": {"es": "Descargar CSV", "en": "Download CSV"},
    "too_many": {
        "es": "Son demasiados clientes; se muestran los primeros",
        "en": "Too many customers; shown are the first",
    },
    # monitoring page
    "uploads": {"es": "Archivos recibidos", "en": "Uploads"},
    "inbox": {"es": "Filas en cuarentena", "en": "Quarantine inbox"},
    "inbox_empty": {"es": "No hay filas que esperen.", "en": "No rows are waiting."},
    "quality": {"es": "Calidad de los pronósticos", "en": "Forecast quality"},
    "drift": {"es": "Deriva de los datos", "en": "Data drift"},
    "decisions": {"es": "Decisiones de reentrenamiento", "en": "Retraining decisions"},
    "models": {"es": "Versiones del modelo", "en": "Model versions"},
    "change": {"es": "Cambio desde la semana anterior", "en": "Change since last week"},
    "nothing_yet": {"es": "Todavía no hay datos.", "en": "Nothing yet."},
    "your_name": {"es": "Su nombre", "en": "Your name"},
    "your_reason": {"es": "Motivo", "en": "Reason"},
    "api_key": {"es": "Clave", "en": "API key"},
    "done_release": {"es": "Filas liberadas.", "en": "Rows released."},
    "done_discard": {"es": "Filas descartadas.", "en": "Rows discarded."},
    "done_seen": {"es": "Archivo marcado como visto.", "en": "File marked as seen."},
    "done_withdraw": {"es": "Archivo retirado.", "en": "File withdrawn."},
    "done_restore": {"es": "Archivo traído de vuelta.", "en": "File brought back."},
    "done_rollback": {"es": "Versión cambiada.", "en": "Version changed."},
    "not_done": {"es": "No se hizo.", "en": "Not done."},
    "follows": {
        "es": "La tabla se calcula de nuevo en unos minutos.",
        "en": "The table is computed again within a few minutes.",
    },
    "follows_when_run": {
        "es": "La tabla todavía no cambia, porque el proceso de Dagster no está en marcha: "
        "enciéndalo, o ejecute `purchase-assets run`.",
        "en": "The table does not change yet, because Dagster's daemon is not running: "
        "start it, or run `purchase-assets run`.",
    },
    "weeks": {"es": "Semanas publicadas", "en": "Published weeks"},
    "all_weeks": {"es": "Las semanas, una por una", "en": "The weeks one by one"},
    "all_up_to_date": {
        "es": "Todas las semanas están al día.",
        "en": "All weeks are up to date.",
    },
    "sales_are_newer": {
        "es": "hay ventas aceptadas hasta el {through}, y la tabla conoce hasta el {used}; falta "
        "pronosticar.",
        "en": "sales are accepted up to {through}, and the table knows them up to {used}; the "
        "forecast is still to come.",
    },
    "sales_are_gone": {
        "es": "la tabla conoce ventas hasta el {used}, pero las aceptadas llegan hoy al {through}; "
        "lo publicado se mantiene.",
        "en": "the table knows sales up to {used}, but those accepted today end on {through}; what "
        "is published is kept.",
    },
    "other_champion": {
        "es": "es todavía de la versión {version}; la versión en uso es la {champion}.",
        "en": "still by version {version}; the champion is version {champion}.",
    },
    "late_sales": {
        "es": "después llegaron ventas de antes de su corte ({file}, {day}); el pronóstico "
        "publicado se mantiene.",
        "en": "sales of before its cutoff came later ({file}, {day}); the published forecast is "
        "kept.",
    },
    "score_is_old": {
        "es": "su puntaje es anterior a ventas de sus días ({file}, {day}).",
        "en": "its score is older than sales of its days ({file}, {day}).",
    },
    "score_is_missing": {
        "es": "sus ventas ya se conocen ({file}, {day}) y todavía no tiene puntaje.",
        "en": "its sales are known ({file}, {day}) and it has no score yet.",
    },
    "known_to": {"es": "Ventas hasta", "en": "Sales up to"},
    "computed": {"es": "Calculada (UTC)", "en": "Computed (UTC)"},
    "expected_pairs": {"es": "Pares en la lista", "en": "Pairs on the list"},
    "expected_hits": {"es": "Aciertos esperados", "en": "Expected hits"},
    "what_backfilled_means": {
        "es": "HECHA DESPUÉS: se pronosticó cuando ya había pasado; no cuenta en ningún puntaje "
        "ni decisión.",
        "en": "BACKFILLED: forecast when it was over; it counts in no score and no decision.",
    },
    "none_ticked": {
        "es": "Si no marca ninguna fila, la decisión vale para todas:",
        "en": "With no row ticked, the decision is about all of them:",
    },
    "name_and_reason": {
        "es": "Faltan su nombre o el motivo; escriba los dos.",
        "en": "Your name or the reason is missing; give both.",
    },
    "release": {"es": "Liberar", "en": "Release"},
    "discard": {"es": "Descartar", "en": "Discard"},
    "seen": {"es": "Marcar como visto", "en": "Mark as seen"},
    "withdraw": {"es": "Retirar un archivo aceptado", "en": "Withdraw an accepted file"},
    "withdraw_means": {
        "es": "Sus filas salen de las tablas, y lo que se apoya en ellas se hace de nuevo. Los "
        "modelos que habían aprendido de él quedan señalados.",
        "en": "Its rows leave the tables, and what rests on them is made anew. Models that "
        "had learnt from it are marked.",
    },
    "restore": {"es": "Traer de vuelta un archivo retirado", "en": "Bring a withdrawn file back"},
    "restore_means": {
        "es": "Se revisa de nuevo junto a lo que ya está en las tablas, y sus filas vuelven.",
        "en": "It is judged again beside what is in the tables by now, and its rows come back.",
    },
    "tainted": {"es": "aprendió de un archivo retirado:", "en": "learnt from a withdrawn file:"},
    "waiting_refused": {
        "es": "Archivos rechazados que esperan",
        "en": "Refused files that wait",
    },
    "none_refused": {
        "es": "Ningún archivo rechazado espera.",
        "en": "No refused file is waiting.",
    },
    "refused_todo": {
        "es": "Envíe el archivo corregido; o, si no habrá otro, márquelo como visto.",
        "en": "Send the corrected file; or, when there will be none, mark it as seen.",
    },
    "rollback": {"es": "Volver a esta versión", "en": "Roll back to this version"},
    "champion": {"es": "en uso", "en": "in use"},
    "actions_closed": {
        "es": "Desde esta página solo se mira: falta configurar PURCHASE_ASSETS_API_KEY. "
        "La línea de comandos puede liberar, descartar, marcar como visto, retirar y volver atrás.",
        "en": "This page only shows: PURCHASE_ASSETS_API_KEY is not configured. "
        "The command line can release, discard, mark as seen, withdraw and roll back.",
    },
    "file": {"es": "Archivo", "en": "File"},
    "received": {"es": "Recibido (UTC)", "en": "Received (UTC)"},
    "verdict": {"es": "Veredicto", "en": "Verdict"},
    "rows": {"es": "Filas", "en": "Rows"},
    "row": {"es": "Fila", "en": "Row"},
    "accepted": {"es": "Aceptadas", "en": "Accepted"},
    "quarantined": {"es": "En cuarentena", "en": "Quarantined"},
    "duplicates": {"es": "Repetidas", "en": "Duplicates"},
    "refused": {"es": "Rechazadas", "en": "Refused"},
    "sentence": {"es": "Explicación", "en": "Explanation"},
    "original": {"es": "Valores entregados", "en": "Delivered values"},
    "model": {"es": "Modelo", "en": "Model"},
    "baseline": {"es": "Referencia simple", "en": "Simple baseline"},
    "column": {"es": "Columna", "en": "Column"},
    "unit": {"es": "Unidad", "en": "Unit"},
    "method": {"es": "Distancia", "en": "Distance"},
    "score": {"es": "Valor", "en": "Score"},
    "threshold": {"es": "Límite", "en": "Threshold"},
    "false_alarms": {
        "es": "Repetido sobre las ventas aceptadas, el detector habría dado alarma en {flagged} de "
        "{weeks} semanas ({first} a {last}).",
        "en": "Replayed over the accepted sales, the detector would have raised an alarm in "
        "{flagged} of {weeks} weeks ({first} to {last}).",
    },
    "highest_ratio": {
        "es": "Mayor distancia de la semana, en veces su límite",
        "en": "Largest distance of the week, in times its threshold",
    },
    "status": {"es": "Estado", "en": "Status"},
    "when": {"es": "Cuándo (UTC)", "en": "When (UTC)"},
    "cause": {"es": "Causa", "en": "Cause"},
    "retrained": {"es": "Reentrenar", "en": "Retrain"},
    "decision": {"es": "Decisión", "en": "Decision"},
    "outcome": {"es": "Resultado", "en": "Outcome"},
    "version": {"es": "Versión", "en": "Version"},
    "kind": {"es": "Tipo", "en": "Kind"},
    "by": {"es": "Por", "en": "By"},
    "reason": {"es": "Motivo", "en": "Reason"},
    "trained_through": {"es": "Entrenado hasta", "en": "Trained up to"},
    "customers_changed": {
        "es": "clientes cambiaron de lista, de",
        "en": "customers' lists changed, of",
    },
    "entered": {"es": "Entran", "en": "Entered"},
    "left": {"es": "Salen", "en": "Left"},
    "no_previous": {
        "es": "Todavía no hay una semana anterior para comparar.",
        "en": "There is no earlier week to compare with yet.",
    },
    "drift_page": {"es": "Informe completo de", "en": "Full report of"},
}


def label(name: str, language: Language) -> str:
    """The label `name` in `language`."""
    return LABELS[name][language]


SPANISH: dict[str, str] = {
    Verdict.ACCEPTED: "ACEPTADO",
    Verdict.PARTIAL: "PARCIAL",
    Verdict.REJECTED: "RECHAZADO",
    Verdict.ENGINE_ERROR: "ERROR DE LA REVISIÓN",
    Verdict.WITHDRAWN: "RETIRADO",
    "FRESH": "AL DÍA",
    "STALE": "VIEJA",
    "DEGRADED": "EN DUDA",
    "BACKFILLED": "HECHA DESPUÉS",
    "CORRECTED": "corregido por",
    "SEEN": "visto por",
    "first_model": "primer modelo",
    "drift": "deriva",
    "rejected_upload": "archivo rechazado",
    "overdue": "modelo vencido",
    "tainted": "modelo contaminado",
    "first": "primero",
    "gate": "por comparación",
    "rollback": "vuelta atrás",
    "STABLE": "ESTABLE",
    "DRIFTED": "CON DERIVA",
    "INSUFFICIENT": "DATOS INSUFICIENTES",
    "TOO_FEW_ROWS": "MUY POCAS FILAS",
    "ABOVE": "SOBRE EL LÍMITE",
    "EMPTY": "VACÍA",
}
"""Constants of the tables, as a Spanish reader would say them."""


def word(constant: str, language: Language) -> str:
    """A constant of the tables in `language`; English readers see it as it is kept."""
    return SPANISH.get(constant, constant) if language == "es" else constant
