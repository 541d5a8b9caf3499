"""Titles, labels and buttons of the pages, in Spanish and English."""

from purchase_assets.pages.monitoring_labels import MONITORING_LABELS
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
    "product_of": Text(
        "Will {customer} buy a product? (number or name)",
        "¿Comprará {customer} un producto? (número o nombre)",
    ),
    "copied": Text("Copied", "Copiado"),
    "orders_on": Text("usually orders on", "suele pedir los"),
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
    "expected": Text("products expected this week:", "productos esperados esta semana:"),
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
        "Customers with something expected beyond these calls:",
        "Clientes con algo previsto más allá de estas llamadas:",
    ),
    "type_a_customer": Text("Type a customer.", "Escriba un cliente."),
    "type_a_product": Text("Type a product.", "Escriba un producto."),
    "not_in_week": Text("Not in the list:", "No están en la lista:"),
    "download": Text("Download CSV", "Descargar CSV"),
    # navigation
    "pages": Text("Pages", "Páginas"),
    "brand": Text("Purchases of the week", "Compras de la semana"),
    "tools": Text("Tools:", "Herramientas:"),
    "times_in": Text("Times are those of", "Las horas son las de"),
    # lists of the command line
    "received": Text("Received (UTC)", "Recibido (UTC)"),
    "when": Text("When (UTC)", "Cuándo (UTC)"),
    # page of an upload
    "upload_todo_ACCEPTED": Text("nothing.", "nada."),
    "upload_todo_DUPLICATE": Text("nothing; it had come before.", "nada; ya había llegado antes."),
    "upload_todo_PARTIAL": Text(
        "decide on the rows that were set aside, on the monitoring page; the others are taken.",
        "decida sobre las filas en cuarentena, en la página de monitoreo; las demás se tomaron.",
    ),
    "upload_todo_REJECTED": Text(
        "correct what is said below and send the file again; nothing of it was taken.",
        "corrija lo que se dice abajo y envíe el archivo de nuevo; no se tomó nada de él.",
    ),
    "upload_todo_ENGINE_ERROR": Text(
        "nothing in the file; `purchase-assets run` checks it again, and the maintainers look.",
        "nada en el archivo; `purchase-assets run` lo revisa de nuevo, y miran los responsables.",
    ),
    "passed": Text("passed", "bien"),
    "not_looked_at": Text("not looked at", "no se revisó"),
    "rows_set_aside": Text("rows set aside", "filas en cuarentena"),
    "refuses": Text("refuses the file", "rechaza el archivo"),
    "failed_of_rows": Text("Rows failed, of all", "Filas con fallas, de todas"),
    "columns": Text("What the columns hold", "Qué contienen las columnas"),
    "known_before": Text("of these known before", "de ellas ya conocidas"),
    "unknown_customers": Text("Unknown customers", "Clientes desconocidos"),
    "unknown_products": Text("Unknown products", "Productos desconocidos"),
    "days": Text("Days", "Días"),
    "key": Text("Upload", "Entrega"),
    "checks": Text("Checks", "Revisiones"),
    "check": Text("Check", "Revisión"),
    "quarantined_rows": Text("Quarantined rows", "Filas en cuarentena"),
    "rule": Text("Rule", "Regla"),
    "empty_values": Text("empty", "vacíos"),
    "distinct_values": Text("distinct", "distintos"),
    # page of a week's drift
    "drift_week": Text("Drift in the week of", "Deriva en la semana del"),
    "drift_weeks": Text("All weeks", "Todas las semanas"),
    "drift_todo_STABLE": Text("nothing.", "nada."),
    "drift_todo_DRIFTED": Text(
        "see below whether the change is real: then it is learnt, by a training that is decided on "
        "by itself; a sender's mistake is sent again corrected.",
        "vea abajo si el cambio es real: entonces se aprende, con un entrenamiento que se decide "
        "solo; un error de quien envía se manda corregido.",
    ),
    "drift_todo_INSUFFICIENT": Text(
        "see whether the week's file is complete; nothing is decided from so few rows.",
        "vea si el archivo de la semana está completo; con tan pocas filas no se decide nada.",
    ),
    "all_columns_means": Text(
        "The bar ends in the middle where a column reaches its threshold.",
        "La barra llega a la mitad cuando una columna alcanza su umbral.",
    ),
    "evidently": Text(
        "Evidently's own report (English)", "Informe propio de Evidently (en inglés)"
    ),
    "then_and_now": Text("Share of its values", "Parte de sus valores"),
    "then": Text("then", "antes"),
    "now": Text("now", "ahora"),
    "distance_over_weeks": Text("Distance per week and threshold", "Distancia por semana y umbral"),
    "missing_value": Text("(missing)", "(sin valor)"),
    "all_columns": Text("All columns", "Todas las columnas"),
} | MONITORING_LABELS


def label(name: str, language: Language) -> str:
    """The label `name` in `language`."""
    return LABELS[name].of(language)
