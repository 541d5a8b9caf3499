"""Titles, labels and buttons of the pages, in Spanish and English."""

from purchase_assets.intake.rules.rule import Severity
from purchase_assets.kinds import Verdict
from purchase_assets.text import Language, Text

LABELS: dict[str, Text] = {
    # both pages
    "other_language": Text("Español", "English"),
    "operator_page": Text("Call page", "Página de llamadas"),
    "monitoring_page": Text("Monitoring", "Monitoreo"),
    "api_page": Text("API", "API"),
    "week": Text("Week", "Semana"),
    "product": Text("Product", "Producto"),
    "customer": Text("Customer", "Cliente"),
    "who": Text("Who", "Quién"),
    "what": Text("What", "Qué"),
    "model_version": Text("model version", "versión del modelo"),
    # operator page
    "title": Text(
        "What will each customer buy this week?", "¿Qué comprará cada cliente esta semana?"
    ),
    "customer_label": Text("Customer (number or name)", "Cliente (número o nombre)"),
    "similar": Text("Did you mean…?", "¿Quiso decir…?"),
    "show_list": Text("Show the list", "Ver su lista"),
    "product_label": Text("Product", "Producto"),
    "ask": Text("Will they buy it?", "¿Lo comprará?"),
    "one_customer": Text("One customer", "Un cliente"),
    "route_title": Text("Whom to call", "A quién llamar"),
    "calls": Text("Calls", "Llamadas"),
    "zone": Text("Zone", "Zona"),
    "customer_type": Text("Type", "Tipo"),
    "weekday": Text("Usual order day", "Día en que suele pedir"),
    "all": Text("All", "Todos"),
    "route_label": Text(
        "Only these customers (paste a route, one per line or between commas)",
        "Solo estos clientes (pegue una ruta, uno por línea o separados por comas)",
    ),
    "at_least": Text("At least", "Al menos"),
    "at_most": Text("At most", "A lo sumo"),
    "nothing_expected": Text("nothing expected this week", "esta semana no se espera nada"),
    "nothing_expected_of": Text(
        "Nothing is expected this week of", "Esta semana no se espera nada de"
    ),
    "nobody_fits": Text("No customer fits.", "Ningún cliente cumple con lo elegido."),
    "copy": Text("Copy", "Copiar"),
    "download_sheet": Text("Download for Excel", "Descargar para Excel"),
    "make_route": Text("Make the list", "Hacer la lista"),
    "will_buy": Text("Will buy", "Comprará"),
    "how_many": Text("How many", "Cuántos"),
    "usually_of": Text("usual quantity:", "cantidad usual:"),
    "chance": Text("Chance", "Probabilidad"),
    "chance_percent": Text("Percent", "Porcentaje"),
    "why": Text("Why", "Por qué"),
    "place": Text("Place", "Lugar"),
    "list_of": Text("List of customer", "Lista del cliente"),
    "less_likely": Text("Other products, less likely", "Otros productos, menos probables"),
    "nothing_likely": Text(
        "No purchase is expected from this customer this week.",
        "Esta semana no se espera que compre ningún producto.",
    ),
    "expected": Text("products expected", "productos esperados"),
    "new_customer": Text(
        "New customer, no purchases yet. Five good suggestions:",
        "Cliente nuevo, sin compras todavía. Cinco buenas sugerencias:",
    ),
    "if_new": Text(
        "If the customer is new, this week's most wanted products are:",
        "Si es un cliente nuevo, lo más pedido esta semana es:",
    ),
    "counted_to": Text(
        "Days are counted up to the last known sale.",
        "Los días se cuentan hasta la última venta conocida.",
    ),
    "for_example": Text("For example", "Por ejemplo"),
    "empty": Text(
        "Type a customer above: its list for this week appears here.",
        "Escriba un cliente arriba: aquí aparece su lista de esta semana.",
    ),
    "left_over": Text(
        "customers expect something beyond these calls", "clientes más tienen algo previsto"
    ),
    "type_a_customer": Text("Type a customer.", "Escriba un cliente."),
    "type_a_product": Text("Type a product.", "Escriba un producto."),
    "not_in_week": Text("Not in the list:", "No están en la lista:"),
    "download": Text("Download CSV", "Descargar CSV"),
    # monitoring page
    "uploads": Text("Uploads", "Archivos recibidos"),
    "inbox": Text("Quarantine inbox", "Filas en cuarentena"),
    "inbox_empty": Text("No rows are waiting.", "No hay filas que esperen."),
    "quality": Text("Forecast quality", "Calidad de los pronósticos"),
    "drift": Text("Data drift", "Deriva de los datos"),
    "decisions": Text("Retraining decisions", "Decisiones de reentrenamiento"),
    "told": Text("What people were told", "De qué se avisó"),
    "told_what": Text("About", "Sobre"),
    "message": Text("Message", "Mensaje"),
    "channel": Text("Channel", "Canal"),
    "models": Text("Model versions", "Versiones del modelo"),
    "change": Text("Change since last week", "Cambio desde la semana anterior"),
    "nothing_yet": Text("Nothing yet.", "Todavía no hay datos."),
    "your_name": Text("Your name, if the key is not yours", "Su nombre, si la clave no es suya"),
    "your_reason": Text("Reason", "Motivo"),
    "key_name": Text("Key", "Clave"),
    "role": Text("Role", "Permiso"),
    "added_at": Text("Added", "Creada"),
    "added_by": Text("By", "Por"),
    "revoked_at": Text("Revoked", "Revocada"),
    "revoked_by": Text("Revoked by", "Revocada por"),
    "api_key": Text("API key", "Clave"),
    "done_release": Text("Rows released.", "Filas liberadas."),
    "done_discard": Text("Rows discarded.", "Filas descartadas."),
    "done_seen": Text("File marked as seen.", "Archivo marcado como visto."),
    "done_withdraw": Text("File withdrawn.", "Archivo retirado."),
    "done_restore": Text("File brought back.", "Archivo traído de vuelta."),
    "done_rollback": Text("Version changed.", "Versión cambiada."),
    "not_done": Text("Not done.", "No se hizo."),
    "follows": Text(
        "The table is computed again within a few minutes.",
        "La tabla se calcula de nuevo en unos minutos.",
    ),
    "follows_when_run": Text(
        "The table does not change yet, because Dagster's daemon is not running: "
        "start it, or run `purchase-assets run`.",
        "La tabla todavía no cambia, porque el proceso de Dagster no está en marcha: "
        "enciéndalo, o ejecute `purchase-assets run`.",
    ),
    "weeks": Text("Published weeks", "Semanas publicadas"),
    "all_weeks": Text("The weeks one by one", "Las semanas, una por una"),
    "all_up_to_date": Text("All weeks are up to date.", "Todas las semanas están al día."),
    "sales_are_newer": Text(
        "sales are accepted up to {through}, and the table knows them up to {used}; the "
        "forecast is still to come.",
        "hay ventas aceptadas hasta el {through}, y la tabla conoce hasta el {used}; falta "
        "pronosticar.",
    ),
    "sales_are_gone": Text(
        "the table knows sales up to {used}, but those accepted today end on {through}; what "
        "is published is kept.",
        "la tabla conoce ventas hasta el {used}, pero las aceptadas llegan hoy al {through}; "
        "lo publicado se mantiene.",
    ),
    "other_champion": Text(
        "still by version {version}; the champion is version {champion}.",
        "es todavía de la versión {version}; la versión en uso es la {champion}.",
    ),
    "late_sales": Text(
        "sales of before its cutoff came later ({file}, {day}); the published forecast is kept.",
        "después llegaron ventas de antes de su corte ({file}, {day}); el pronóstico "
        "publicado se mantiene.",
    ),
    "score_is_old": Text(
        "its score is older than sales of its days ({file}, {day}).",
        "su puntaje es anterior a ventas de sus días ({file}, {day}).",
    ),
    "score_is_missing": Text(
        "its sales are known ({file}, {day}) and it has no score yet.",
        "sus ventas ya se conocen ({file}, {day}) y todavía no tiene puntaje.",
    ),
    "known_to": Text("Sales up to", "Ventas hasta"),
    "computed": Text("Computed (UTC)", "Calculada (UTC)"),
    "expected_pairs": Text("Pairs on the list", "Pares en la lista"),
    "expected_hits": Text("Expected hits", "Aciertos esperados"),
    "promises": Text("Promise and outcome", "Lo prometido y lo ocurrido"),
    "hits": Text("Hits", "Aciertos"),
    "promised": Text("promised", "prometido"),
    "counted": Text("counted", "contado"),
    "promised_bounds": Text("bounds of nine in ten weeks", "límites de nueve de cada diez semanas"),
    "promised_f1": Text("Promised F1", "F1 prometido"),
    "counted_f1": Text("F1", "F1"),
    "promises_kept": Text(
        "Of {coverage.weeks} weeks with a promise and an outcome, the purchases of the list lay "
        "within the promised bounds in {coverage.hits_kept}, F1 in {coverage.f1_kept}; nine of ten "
        "are meant.",
        "De {coverage.weeks} semanas con promesa y resultado, las compras de la lista quedaron "
        "dentro de los límites prometidos en {coverage.hits_kept}, el F1 en {coverage.f1_kept}; se "
        "espera nueve de cada diez.",
    ),
    "what_backfilled_means": Text(
        "BACKFILLED: forecast when it was over; it counts in no score and no decision.",
        "HECHA DESPUÉS: se pronosticó cuando ya había pasado; no cuenta en ningún puntaje "
        "ni decisión.",
    ),
    "none_ticked": Text(
        "With no row ticked, the decision is about all of them:",
        "Si no marca ninguna fila, la decisión vale para todas:",
    ),
    "no_reason": Text("The reason is missing; give it.", "Falta el motivo; escríbalo."),
    "token": Text("Decisions in Dagster", "Decisiones en Dagster"),
    "token_means": Text(
        "The jobs in Dagster that decide ask for a token, never for a key: everybody who sees a "
        "run reads its config. A token is good for one decision, for 15 minutes.",
        "Las tareas de Dagster que deciden piden un código de un solo uso, nunca la clave: quien "
        "ve una ejecución lee su configuración. Sirve para una decisión, durante 15 minutos.",
    ),
    "make_token": Text("Make a token", "Crear un código"),
    "done_token": Text(
        "Put this into the config as `token`, and launch within 15 minutes; it is shown once:",
        "Escríbalo en la configuración como `token` y ejecute antes de 15 minutos; se muestra una "
        "sola vez:",
    ),
    "release": Text("Release", "Liberar"),
    "discard": Text("Discard", "Descartar"),
    "seen": Text("Mark as seen", "Marcar como visto"),
    "withdraw": Text("Withdraw an accepted file", "Retirar un archivo aceptado"),
    "withdraw_means": Text(
        "Its rows leave the tables, and what rests on them is made anew. Models that "
        "had learnt from it are marked.",
        "Sus filas salen de las tablas, y lo que se apoya en ellas se hace de nuevo. Los "
        "modelos que habían aprendido de él quedan señalados.",
    ),
    "restore": Text("Bring a withdrawn file back", "Traer de vuelta un archivo retirado"),
    "restore_means": Text(
        "It is judged again beside what is in the tables by now, and its rows come back.",
        "Se revisa de nuevo junto a lo que ya está en las tablas, y sus filas vuelven.",
    ),
    "tainted": Text("learnt from a withdrawn file:", "aprendió de un archivo retirado:"),
    "waiting_refused": Text("Refused files that wait", "Archivos rechazados que esperan"),
    "none_refused": Text("No refused file is waiting.", "Ningún archivo rechazado espera."),
    "refused_todo": Text(
        "Send the corrected file; or, when there will be none, mark it as seen.",
        "Envíe el archivo corregido; o, si no habrá otro, márquelo como visto.",
    ),
    "rollback": Text("Roll back to this version", "Volver a esta versión"),
    "champion": Text("in use", "en uso"),
    "actions_closed": Text(
        "This page only shows: there is no key (purchase-assets keys add). "
        "The command line can release, discard, mark as seen, withdraw and roll back.",
        "Desde esta página solo se mira: no hay claves (purchase-assets keys add). "
        "La línea de comandos puede liberar, descartar, marcar como visto, retirar y volver atrás.",
    ),
    "file": Text("File", "Archivo"),
    "received": Text("Received (UTC)", "Recibido (UTC)"),
    "verdict": Text("Verdict", "Veredicto"),
    "answer": Text("Answer", "Respuesta"),
    "tainted_by": Text("Tainted by", "Afectado por"),
    "rows": Text("Rows", "Filas"),
    "row": Text("Row", "Fila"),
    "accepted": Text("Accepted", "Aceptadas"),
    "quarantined": Text("Quarantined", "En cuarentena"),
    "duplicates": Text("Repeated", "Repetidas"),
    "refused": Text("Refused", "Rechazadas"),
    "sentence": Text("Explanation", "Explicación"),
    "original": Text("Delivered values", "Valores entregados"),
    "model": Text("Model", "Modelo"),
    "baseline": Text("Simple baseline", "Referencia simple"),
    "column": Text("Column", "Columna"),
    "unit": Text("Unit", "Unidad"),
    "method": Text("Method", "Método"),
    "score": Text("Distance", "Distancia"),
    "threshold": Text("Threshold", "Umbral"),
    "false_alarms": Text(
        "Replayed over the accepted sales, the detector would have raised an alarm in "
        "{flagged} of {weeks} weeks ({first} to {last}).",
        "Repetido sobre las ventas aceptadas, el detector habría dado alarma en {flagged} de "
        "{weeks} semanas ({first} a {last}).",
    ),
    "highest_ratio": Text(
        "Largest distance of the week, in times its threshold",
        "Mayor distancia de la semana, en veces su umbral",
    ),
    "status": Text("Status", "Estado"),
    "when": Text("When (UTC)", "Cuándo (UTC)"),
    "cause": Text("Cause", "Causa"),
    "retrained": Text("Retrain", "Reentrenar"),
    "decision": Text("Decision", "Decisión"),
    "outcome": Text("Outcome", "Resultado"),
    "version": Text("Version", "Versión"),
    "kind": Text("Kind", "Tipo"),
    "by": Text("By", "Por"),
    "reason": Text("Reason", "Motivo"),
    "trained_through": Text("Trained up to", "Entrenado hasta"),
    "customers_changed": Text("customers' lists changed, of", "clientes cambiaron de lista, de"),
    "entered": Text("Entered", "Entran"),
    "left": Text("Left", "Salen"),
    "no_previous": Text(
        "There is no earlier week to compare with yet.",
        "Todavía no hay una semana anterior para comparar.",
    ),
    "drift_page": Text("Full report of", "Informe completo de"),
    # page of an upload
    "known_before": Text("of these known before", "de ellas ya conocidas"),
    "unknown_customers": Text("Unknown customers", "Clientes desconocidos"),
    "unknown_products": Text("Unknown products", "Productos desconocidos"),
    "days": Text("Days", "Días"),
    "key": Text("Upload", "Entrega"),
    "checks": Text("Checks", "Revisiones"),
    "check": Text("Check", "Revisión"),
    "failed_of_rows": Text("Rows failed, of all", "Filas con fallas, de todas"),
    "quarantined_rows": Text("Quarantined rows", "Filas en cuarentena"),
    "rule": Text("Rule", "Regla"),
    "columns": Text("Columns", "Columnas"),
    "empty_values": Text("empty", "vacíos"),
    "distinct_values": Text("distinct", "distintos"),
    # page of a week's drift
    "drift_week": Text("Drift, week of", "Deriva, semana del"),
    "then_and_now": Text("Share of its values", "Parte de sus valores"),
    "then": Text("then", "antes"),
    "now": Text("now", "ahora"),
    "distance_over_weeks": Text("Distance per week and threshold", "Distancia por semana y umbral"),
    "missing_value": Text("(missing)", "(sin valor)"),
    "all_columns": Text("All columns", "Todas las columnas"),
    "evidently": Text("Evidently's report", "Informe de Evidently"),
}


WORDS: dict[str, Text] = {
    Verdict.ACCEPTED: Text("accepted", "aceptado"),
    Verdict.PARTIAL: Text("partial", "parcial"),
    Verdict.REJECTED: Text("rejected", "rechazado"),
    Verdict.DUPLICATE: Text("nothing new", "nada nuevo"),
    Verdict.ENGINE_ERROR: Text("the check failed", "la revisión falló"),
    Verdict.WITHDRAWN: Text("withdrawn", "retirado"),
    Severity.ERROR: Text("error", "error"),
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
"""Constants of the tables, as people say them."""


def label(name: str, language: Language) -> str:
    """The label `name` in `language`."""
    return LABELS[name].of(language)


def word(constant: str) -> Text:
    """A constant of the tables in words; one without words as it is kept."""
    return WORDS.get(constant, Text.same(constant))
