"""Weekly purchase forecasts as a Dagster asset graph with built-in data quality and drift."""

import os

# OpenMP's idle threads would spin and starve whatever else a small machine is doing: a fit on two
# busy cores takes four times as long. It is read once, when the first library loads OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
