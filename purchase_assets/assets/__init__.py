"""What Dagster materializes: one module per group of the graph; thin, no maths."""
