"""Has the data changed since the champion was trained: Evidently scores and one verdict."""
