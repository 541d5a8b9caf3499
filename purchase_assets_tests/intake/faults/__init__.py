"""The fault catalogue: what can be wrong with an upload, and what the gate must say.

Each fault injects itself into a sound week, customers or products frame, writes the file,
and names the verdict and the rule. Where rows are at fault it also returns which. A fault enters
the catalogue when its module is imported.
"""

from purchase_assets_tests.intake.faults import files, values, weeks, workbooks, writings
from purchase_assets_tests.intake.faults.fault import CATALOGUE, Fault

__all__ = ["CATALOGUE", "Fault", "files", "values", "weeks", "workbooks", "writings"]
