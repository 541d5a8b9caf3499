"""The commands of `purchase-assets`, one file per topic."""
