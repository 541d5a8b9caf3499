"""Weekly purchase forecasts as a Dagster asset graph with built-in data quality and drift."""
