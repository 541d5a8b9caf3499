"""The command line: `purchase-assets`, one file per topic."""
