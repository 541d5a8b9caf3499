"""A day of its own for each story."""

from datetime import date

from purchase_assets.settings import Settings


class OnDay(Settings):
    """Settings whose today is a given day."""

    day: date

    def today(self) -> date:
        return self.day
