"""Titles, labels and buttons of the monitoring page, in Spanish and English."""

from purchase_assets.text import Text

MONITORING_LABELS: dict[str, Text] = {
    # monitoring page: is all well
    "all_well": Text("Is all well?", "¿Está todo bien?"),
    "all_is_well": Text("Yes.", "Sí."),
    "not_all_well": Text(
        "Not quite: see to {asking} of 4.", "No del todo: hay que atender {asking} de 4."
    ),
    "light_files": Text("Files", "Archivos"),
    "light_table": Text("This week's table", "La tabla de la semana"),
    "light_model": Text("Model", "Modelo"),
    "light_drift": Text("Drift", "Deriva"),
    "todo": Text("To do:", "Qué hacer:"),
    "decide_below": Text("decide on it below.", "decida abajo."),
    "and_more": Text("{more} more below.", "{more} más abajo."),
    # what waits
    "waiting": Text("What waits for a person", "Lo que espera a una persona"),
    "nothing_waits": Text("Nothing waits.", "Nada espera."),
    "set_aside": Text("set aside", "en cuarentena"),
    "refused_todo": Text(
        "Send the corrected file; when there will be none, mark it as seen.",
        "Envíe el archivo corregido; si no habrá otro, márquelo como visto.",
    ),
    "inbox_todo": Text(
        "Release the rows that are right after all; discard the others.",
        "Libere las filas que sí son correctas; descarte las demás.",
    ),
    "inbox_todo_none": Text(
        "Correct them and send them in a new file, then discard these: none can be let in as is.",
        "Corríjalas y envíelas en un archivo nuevo, y descarte estas: ninguna puede entrar tal "
        "como está.",
    ),
    "inbox": Text("Rows in quarantine", "Filas en cuarentena"),
    "may_be_released": Text("Can be released", "Se puede liberar"),
    "all_rows": Text(
        "All {rows}, also those that are not listed", "Todas: {rows}, también las que no se listan"
    ),
    "none_ticked": Text(
        "No row is ticked; tick some, or all of them.",
        "No marcó ninguna fila; marque algunas, o todas.",
    ),
    "none_releasable": Text(
        "None of these rows can be released as it is.",
        "Ninguna de esas filas se puede liberar tal como está.",
    ),
    "undelivered": Text("Messages that may not have arrived", "Avisos que tal vez no llegaron"),
    "undelivered_todo": Text(
        "tell whom they were for; see that the channel works.",
        "avise a quien correspondía; vea que el canal funcione.",
    ),
    "tainted_versions": Text("Tainted model versions", "Versiones del modelo contaminadas"),
    "tainted_todo": Text("do not roll back to them.", "no vuelva a ellas."),
    "weeks_behind": Text("Weeks out of date", "Semanas desactualizadas"),
    "behind_todo": Text(
        "wait a few minutes; it is computed again by itself while Dagster runs.",
        "espere unos minutos; se calcula de nuevo por sí solo si Dagster está en marcha.",
    ),
    "nothing_todo": Text(
        "nothing; it is good to know when numbers differ.",
        "nada; sirve saberlo cuando los números no coinciden.",
    ),
    # pictures and tables of the monitoring page
    "pictures": Text("The weeks in pictures", "Las semanas en imágenes"),
    "look_up": Text("To look up", "Para consultar"),
    "uploads": Text("Files received", "Archivos recibidos"),
    "quality": Text("Forecast quality", "Calidad de los pronósticos"),
    "quality_means": Text(
        "F1 of the published weeks: 1 would be perfect",
        "F1 de las semanas publicadas: 1 sería perfecto",
    ),
    "f1": Text("F1", "F1"),
    "baseline_f1": Text("F1, simple baseline", "F1, referencia simple"),
    "precision": Text("Precision", "Precisión"),
    "recall": Text("Recall", "Exhaustividad"),
    "average_precision": Text("Average precision", "Precisión media"),
    "baseline_average_precision": Text(
        "Average precision, simple baseline", "Precisión media, referencia simple"
    ),
    "calibration": Text("Calibration", "Calibración"),
    "sales_files": Text("Rows of the sales files", "Filas de los archivos de ventas"),
    "by_last_day": Text("by the last day that a file holds", "según el último día de cada archivo"),
    "beyond": Text("▲ beyond the picture, with its value", "▲ fuera de la imagen, con su valor"),
    "known_to": Text("Sales up to", "Ventas hasta"),
    "computed": Text("Computed", "Calculada"),
    "arrived": Text("Received", "Recibido"),
    "moment": Text("When", "Cuándo"),
    "highest_ratio": Text(
        "Drift: largest distance of the week, in times its threshold",
        "Deriva: mayor distancia de la semana, en veces su umbral",
    ),
    "furthest": Text("Furthest column", "Columna más lejana"),
    "ratio": Text("Times its threshold", "Veces su umbral"),
    "unit": Text("Of each", "De cada"),
    "score": Text("Distance", "Distancia"),
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
    "expected_pairs": Text("Pairs on the list", "Pares en la lista"),
    "expected_hits": Text("Expected hits", "Aciertos esperados"),
    "what_backfilled_means": Text(
        "BACKFILLED: forecast when it was over; it counts in no score and no decision.",
        "HECHA DESPUÉS: se pronosticó cuando ya había pasado; no cuenta en ningún puntaje "
        "ni decisión.",
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
    "rollback": Text("Roll back to this version", "Volver a esta versión"),
    "champion": Text("in use", "en uso"),
    "actions_closed": Text(
        "This page only shows: there is no key (purchase-assets keys add). "
        "The command line can release, discard, mark as seen, withdraw and roll back.",
        "Desde esta página solo se mira: no hay claves (purchase-assets keys add). "
        "La línea de comandos puede liberar, descartar, marcar como visto, retirar y volver atrás.",
    ),
    "file": Text("File", "Archivo"),
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
    "threshold": Text("Threshold", "Umbral"),
    "false_alarms": Text(
        "Replayed over the accepted sales, the detector would have raised an alarm in "
        "{flagged} of {weeks} weeks ({first} to {last}).",
        "Repetido sobre las ventas aceptadas, el detector habría dado alarma en {flagged} de "
        "{weeks} semanas ({first} a {last}).",
    ),
    "status": Text("Status", "Estado"),
    "cause": Text("Cause", "Causa"),
    "retrained": Text("Retrain", "Reentrenar"),
    "decision": Text("Decision", "Decisión"),
    "outcome": Text("Outcome", "Resultado"),
    "version": Text("Version", "Versión"),
    "kind": Text("Kind", "Tipo"),
    "by": Text("By", "Por"),
    "reason": Text("Reason", "Motivo"),
    "trained_through": Text("Trained up to", "Entrenado hasta"),
    "promises": Text("Promise and outcome", "Lo prometido y lo ocurrido"),
    "hits": Text("Hits", "Aciertos"),
    "hits_of_weeks": Text(
        "Hits of the list, promised and counted", "Aciertos de la lista, prometidos y contados"
    ),
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
    "customers_changed": Text("customers' lists changed, of", "clientes cambiaron de lista, de"),
    "entered": Text("Entered", "Entran"),
    "left": Text("Left", "Salen"),
    "no_previous": Text(
        "There is no earlier week to compare with yet.",
        "Todavía no hay una semana anterior para comparar.",
    ),
}
