"""How long work tells where it stands."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with a message and the share of work done, 0 to 1."""
