"""What nobody needs any more, deleted: table versions that no model rests on, pages, drafts.

Files that were taken and the rows of the reports database are never deleted.
"""

import time

from purchase_assets.project import Project
from purchase_assets.storage.model_reference import ModelRefused

KEEP_VERSIONS_DAYS = 30
"""How long every version of a table can be read; those that models rest on always can."""
KEEP_PAGES_DAYS = 365
KEEP_DRAFTS_DAYS = 1
DRAFTS = {"incoming": ".*.part", "exports": ".*.part", "pages": "*/.*.part"}
"""What a killed process had not put in its place yet; a sender's own `.part` has no dot before."""
DAY_S = 24 * 60 * 60


def prune(project: Project) -> list[str]:
    """Delete it; returns what was done, in sentences."""
    return [_tables(project), _pages(project), _drafts(project)]


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
    return f"{_deleted(project, 'pages', '*/*.html', KEEP_PAGES_DAYS)} pages deleted"


def _drafts(project: Project) -> str:
    deleted = sum(
        _deleted(project, folder, pattern, KEEP_DRAFTS_DAYS) for folder, pattern in DRAFTS.items()
    )
    return f"{deleted} half-written files deleted whose process died"


def _deleted(project: Project, folder: str, pattern: str, days: int) -> int:
    """Delete the files of a folder that are older than some days; returns how many."""
    before = time.time() - days * DAY_S
    found = list(project.folder(folder).glob(pattern))
    old = [path for path in found if float(path.stat().st_mtime) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
