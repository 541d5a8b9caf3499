"""Uploads that wait in the incoming folder: which they are, and where they go.

Plain files and the `uploads` table; what is in a file is read in `take_in`.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from upath import UPath

from purchase_assets.errors import NotFound, files_usable
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.intake.reading.upload_files import FILE_SUFFIXES, upload_key
from purchase_assets.kinds import Kind, Verdict, base_name, kind_of
from purchase_assets.project import Project
from purchase_assets.storage import incoming
from purchase_assets.storage.incoming import files, move_in, sender_name
from purchase_assets.storage.reports import uploads, withdrawals
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.storage.reports.withdrawals import Withdrawal
from purchase_assets.workflows.answer_refusals import answer_with

PATIENCE_S = 120
"""How long a file that is still being written is waited for."""
LOOK_EVERY_S = 0.5


class UploadNotFound(NotFound):
    """No waiting or archived file has the key that was asked for."""


@dataclass(frozen=True)
class Waiting:
    """A file of the incoming folder, or of the archive.

    Attributes
    ----------
    file_name : str
        The sender's name of the file, printable.
    """

    key: str
    kind: Kind
    path: UPath
    file_name: str

    @classmethod
    def at(cls, path: UPath, key: str | None = None) -> "Waiting":
        """The file at a path: its kind by its name, its key by its content if not known before."""
        kind = kind_of(path.name)
        with files_usable(path):
            return cls(key or upload_key(path, kind), kind, path, sender_name(base_name(path.name)))


def waiting(project: Project) -> Iterator[Waiting]:
    """The files that wait, master tables first, since transactions refer to them."""
    paths = [path for _, path in files(project.incoming)]
    for path in sorted(paths, key=lambda path: (not kind_of(path.name).is_master, path.name)):
        yield Waiting.at(path)


def not_settled(project: Project) -> list[str]:
    """Names of the files that may still be being written."""
    return [sender_name(stamp.name) for stamp, _ in files(project.incoming) if not stamp.settled]


def await_settled(project: Project, tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """Wait until the waiting files are completely written; the names of those that never were."""
    ends = time.monotonic() + PATIENCE_S
    while True:
        fresh = not_settled(project)
        if not fresh or time.monotonic() > ends:
            return fresh
        verb = "is" if len(fresh) == 1 else "are"
        tell(f"waiting until {', '.join(fresh)} {verb} completely written")
        time.sleep(LOOK_EVERY_S)


def find(project: Project, key: str) -> Waiting:
    """The waiting or archived file of a key."""
    for entry in waiting(project):
        if entry.key == key:
            return entry
    for _, path in files(project.folder("uploads") / key):
        upload = uploads.find(project.reports, key)
        name = upload.file_name if upload else path.name
        return Waiting(key, Kind(key.rpartition("-")[0]), path, name)
    raise UploadNotFound(
        f"no file of upload {key} is in {project.incoming} or the archive",
        "the content that the key names",
        "drop the file again",
    )


def taken_before(project: Project, key: str) -> tuple[Upload, Withdrawal | None] | None:
    """The upload of a content whose rows were taken, with the withdrawal that took them out again.

    None for a content that is to be judged: one that is new, or of which nothing was taken.
    """
    upload = uploads.find(project.reports, key)
    if upload and upload.verdict.taken:
        return upload, None
    if upload and upload.verdict is Verdict.WITHDRAWN:
        return upload, withdrawals.newest(project.reports, key)
    return None


def nothing_taken(project: Project) -> set[str]:
    """Keys of the uploads that were judged and have no rows in the tables."""
    return set(uploads.keys(project.reports, (Verdict.REJECTED, Verdict.DUPLICATE)))


def deliver(project: Project, file: Path) -> Waiting:
    """Copy a person's file into the incoming folder, complete or not at all.

    It takes no other file's place, and counts as completely written: whoever named it says so.
    """
    draft = project.incoming / f".{uuid4().hex}.part"  # a long name has no room for more
    with files_usable(project.incoming):
        project.incoming.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as source, draft.open("wb") as target:
            shutil.copyfileobj(source, target)
            passing(Failpoint.UPLOAD_HALF_COPIED)
        if isinstance(draft, Path):
            written = time.time() - incoming.SETTLED_S
            os.utime(draft, (written, written))
        passing(Failpoint.UPLOAD_UNNAMED)
        return Waiting.at(move_in(draft, project.incoming, file.name))


def deliver_again(project: Project, entry: Waiting) -> None:
    """A content that was taken before came again: count it and put the file away.

    One that was never put away is the first delivery, whose process died.
    """
    upload = uploads.find(project.reports, entry.key)
    again = next(files(project.folder("uploads") / entry.key), None) is not None
    with project.reports.transaction() as transaction:
        if again:
            uploads.count_delivery(transaction, entry.key)
        if upload:
            answer_with(transaction, upload)
    archive(project, entry)


def archive(project: Project, entry: Waiting) -> None:
    """Move a judged file out of the incoming folder, under a name that is safe anywhere.

    One that was written to until now is not what was judged: it goes back, to be judged anew.
    """
    if entry.path.parent != project.incoming:
        return
    suffix = next((end for end in FILE_SUFFIXES if entry.path.name.lower().endswith(end)), "")
    folder = project.folder("uploads") / entry.key
    archived = folder / f"content{suffix}"
    with files_usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if archived.exists() and not entry.path.exists():
            return  # another process has put it away
        entry.path.rename(archived)
        if upload_key(archived, entry.kind) != entry.key:
            move_in(archived, project.incoming, entry.path.name)


def as_path(file: Path) -> UPath:
    """A local path as the stores use paths."""
    return UPath(file)
