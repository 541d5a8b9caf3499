"""What Dagster knows: assets, partitions, sensors, jobs and its instance; thin, no maths."""
