"""docs/settings.md, written from the settings' own descriptions.

`python -m purchase_assets.settings_page > docs/settings.md`
"""

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from purchase_assets.settings import Settings

HEAD = """# Settings

Written from `purchase_assets/settings.py`. Each is a variable of the environment or a line of a
`.env` file in the project's folder. What stands here is the default.

| variable | default | meaning |
|---|---|---|"""


def settings_page() -> str:
    """Every setting with its default and its meaning, as Markdown."""
    return "\n".join([HEAD, *_rows("PURCHASE_ASSETS_", Settings)]) + "\n"


def _rows(prefix: str, group: type[BaseModel]) -> Iterator[str]:
    for name, field in group.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _rows(f"{prefix}{name.upper()}__", inner)
        else:
            yield f"| `{prefix}{name.upper()}` | {_default(field)} | {_meaning(field)} |"


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or isinstance(value, SecretStr) or value in ("", (), {}):
        return ""
    shown = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"`{shown}`"


def _meaning(field: FieldInfo) -> str:
    return " ".join(str(field.description).split()).replace("|", "\\|")


if __name__ == "__main__":
    print(settings_page(), end="")
