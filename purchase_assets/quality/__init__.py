"""The upload gate: reading files, Great Expectations suites and the verdict."""
