"""What a refused upload says of the data: nothing, when it could not even be read.

A file that is in the wrong format, has lost a column or holds cells that cannot be converted tells
how it was exported, not how the world has changed.
"""

from collections.abc import Mapping

from purchase_assets.intake.rules.catalogue import RULES
from purchase_assets.intake.rules.catalogue.file_rules import BAD_ROWS
from purchase_assets.intake.rules.rule import Scope, Severity


def is_by_content(broken: Mapping[str, int]) -> bool:
    """Whether an upload was refused for what is in it, so that it says something of the data.

    Parameters
    ----------
    broken : mapping of str to int
        The rules it broke, each with the number of rows; 0 for a rule about the whole file.
    """
    rules = [RULES[name] for name in broken if name in RULES]
    deciding = [rule for rule in rules if rule.severity is Severity.ERROR]
    if any(not rule.by_content for rule in deciding if rule.scope is not Scope.ROW):
        return False
    if BAD_ROWS in deciding:  # the sum of the others: what most of those rows break decides
        of_rows = [rule for rule in deciding if rule.scope is Scope.ROW]
        unread = max((broken[rule.name] for rule in of_rows if not rule.by_content), default=0)
        wrong = max((broken[rule.name] for rule in of_rows if rule.by_content), default=0)
        if unread and unread >= wrong:  # a cell that cannot be read counts as empty, too
            return False
    return True
