"""Files that people read while we write them."""

from upath import UPath


def write_atomically(path: UPath, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.part"
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
