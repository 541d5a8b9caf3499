"""The upload gate: from a file as it was sent to a verdict and its reasons."""
