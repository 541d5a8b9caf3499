"""How the graph is cut: by the weeks that exist, by those with a score, and by upload.

A key is added when somebody asks for its week, so that no week is missing that nobody will make.
"""

from collections.abc import Iterable, Sequence

import dagster as dg

from purchase_assets.weeks import in_order

PartitionsRequest = dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest

WEEKS = dg.DynamicPartitionsDefinition(name="weeks")
SCORED_WEEKS = dg.DynamicPartitionsDefinition(name="scored_weeks")
"""The running week has no score yet, and lacks none."""
UPLOADS = dg.DynamicPartitionsDefinition(name="uploads")


def changes(
    partitions: dg.DynamicPartitionsDefinition, present: Sequence[str], wanted: Iterable[str]
) -> list[PartitionsRequest]:
    """What makes the keys `present` those `wanted`, the newest last: the UI's Latest is the last.

    What was materialized stays and is seen again with its key.
    """
    removed, added = in_order(present, wanted)
    made: list[PartitionsRequest] = []
    if removed:
        made.append(partitions.build_delete_request(removed))
    if added:
        made.append(partitions.build_add_request(added))
    return made
