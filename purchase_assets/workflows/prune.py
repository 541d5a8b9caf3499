"""What nobody needs any more, deleted: old pages, and table versions that no model rests on.

Files that were taken and the rows of the reports database are never deleted.
"""

import time

from purchase_assets.project import Project
from purchase_assets.storage.model_reference import ModelRefused

KEEP_VERSIONS_DAYS = 30
"""How long every version of a table can be read; those that models rest on always can."""
KEEP_PAGES_DAYS = 365
DAY_S = 24 * 60 * 60


def prune(project: Project) -> list[str]:
    """Delete it; returns what was done, in sentences."""
    return [_tables(project), _pages(project)]


def _tables(project: Project) -> str:
    needed: dict[str, set[int]] = {}
    for model in project.registry.versions():
        try:
            snapshot = project.registry.record(model)["snapshot"]
        except ModelRefused as error:
            return f"no table version deleted, since what a model rests on is not known: {error}"
        for name, version in snapshot.items():
            needed.setdefault(name, set()).add(version)
    deleted = sum(
        project.lake.prune(name, needed.get(name, set()), KEEP_VERSIONS_DAYS)
        for name in project.lake.versions()
    )
    return f"{deleted} files of table versions deleted that no model rests on"


def _pages(project: Project) -> str:
    before = time.time() - KEEP_PAGES_DAYS * DAY_S
    old = [
        page
        for page in project.folder("pages").glob("*/*.html")
        if float(page.stat().st_mtime) < before
    ]
    for page in old:
        page.unlink(missing_ok=True)
    return f"{len(old)} pages deleted"
