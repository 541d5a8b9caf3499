"""The two ways in which the graph is cut: by week and by upload."""

import dagster as dg

from purchase_assets.settings import Settings


def _weeks(settings: Settings) -> dg.WeeklyPartitionsDefinition:
    return dg.WeeklyPartitionsDefinition(
        start_date=settings.first_week.isoformat(),
        day_offset=1,
        timezone=settings.time_zone,
        end_offset=1,  # the running week has a key, since it is the one that is forecast
    )


WEEKS = _weeks(Settings())
UPLOADS = dg.DynamicPartitionsDefinition(name="uploads")
