"""`python -m purchase_assets.cli`."""

from purchase_assets.cli.main import main

main()
