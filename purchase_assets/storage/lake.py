"""The Delta lake: atomic, versioned tables that several processes share.

Delta lives here only. Every write replaces a whole table or one partition of it in a single
commit, so a reader sees the old content or the new, never a part.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pds
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from upath import UPath

from purchase_assets.errors import ENVIRONMENT_ERRNOS, NotFound, Unavailable
from purchase_assets.failpoints import Failpoint, passing

WRITE_ATTEMPTS = 5
LOG = "_delta_log"
KEEP_LOG = PostCommitHookProperties(cleanup_expired_logs=False)
"""Without its log a version cannot be read, and models name theirs for as long as they live."""

NOTE = "purchase_assets.note."
"""What begins the names of what else a commit keeps."""

Pieces = Callable[[], Iterator[pa.Table]]
"""Gives the rows of a table in pieces, as often as it is asked."""

MADE_OF = "purchase_assets.made_of."
"""What begins the names under which a commit keeps the versions of the tables it was made of."""


class TableMissing(NotFound):
    """A table is read that nobody has written yet."""


@dataclass(frozen=True)
class Lake:
    """Delta tables below one folder or object-store URL."""

    root: str

    def exists(self, name: str) -> bool:
        """Whether a table has been written."""
        return DeltaTable.is_deltatable(self._uri(name))

    def version(self, name: str) -> int:
        """The table's newest version: the data snapshot that a model records."""
        return self._open(name).version()

    def dataset(self, name: str, version: int | None = None) -> pds.Dataset:
        """A lazily scanned dataset; filters and columns are pushed down."""
        return self._open(name, version).to_pyarrow_dataset()

    def rows_by(self, name: str, column: str) -> dict[str, int]:
        """Rows of each value of the column by which a table is partitioned; reads no data file.

        Rows whose file is gone or cut are none.
        """
        rows = dict[str, int]()
        for file, there in self._files_of(name):
            if there:
                value = file[f"partition.{column}"]
                rows[value] = rows.get(value, 0) + file["num_records"]
        return rows

    def holds(self, name: str, version: int, partition: Mapping[str, str] | None = None) -> bool:
        """Whether a table, or one partition of it, is as it was written; reads no data file.

        It is not where its newest version is older than `version`, or a file is gone or cut.
        """
        if not self.exists(name) or self.version(name) < version:
            return False
        ((column, value),) = (partition or {"": ""}).items()
        found = [
            there
            for file, there in self._files_of(name)
            if not column or file[f"partition.{column}"] == value
        ]
        return bool(found) and all(found)

    def _files_of(self, name: str) -> Iterator[tuple[dict[str, Any], bool]]:
        """What the newest version's log says of each of its files, and whether it is so."""
        with self._readable(name):
            listed = pa.table(self._open(name).get_add_actions(flatten=True)).to_pylist()
            folder = UPath(self._uri(name))
            for file in listed:
                path = folder / unquote(file["path"])
                yield file, path.exists() and path.stat().st_size == file["size_bytes"]

    def read(
        self,
        name: str,
        version: int | None = None,
        where: pc.Expression | None = None,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """A table in memory, or some of its columns and the rows for which `where` holds."""
        dataset = self.dataset(name, version)
        with self._readable(name):
            return dataset.to_table(filter=where, columns=columns and list(columns))

    def head(self, name: str, rows: int) -> pa.Table:
        """Some rows of a table, to show; little more than them is read."""
        with self._readable(name):
            return self.dataset(name).head(rows, batch_size=rows, batch_readahead=1)

    def write(
        self,
        name: str,
        rows: pa.Table | Pieces,
        *,
        partition: Mapping[str, str | Collection[str] | None] | None = None,
        made_of: Mapping[str, int] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> int:
        """Replace a table, or the partitions of it named by `partition`, in one commit.

        Parameters
        ----------
        name : str
            Table name.
        rows : pyarrow.Table, or a function that gives tables
            The new rows, whole or in pieces of one schema, asked for again if another process
            commits first; with `partition` they must hold its column and only its values.
        partition : mapping of one column to a value, to some, or to None for all, optional
        made_of : mapping of str to int, optional
            Versions of the tables that the rows were computed from, for `made_of`.
        notes : mapping of str to str, optional
            What else is to be known of the version, for `notes`.

        Returns
        -------
        int
            The table's new version.
        """
        condition = None
        if partition is not None:
            ((column, values),) = partition.items()
            if values is not None:
                values = [values] if isinstance(values, str) else sorted(values)
                condition = f"{column} IN ({', '.join(map(repr, values))})"
        for attempt in range(1, WRITE_ATTEMPTS + 1):
            try:
                failed: list[Exception] = []
                with self._writable(name), _as_raised(failed):
                    write_deltalake(
                        self._uri(name),
                        _reader(iter([rows]) if isinstance(rows, pa.Table) else rows(), failed),
                        mode="overwrite",
                        partition_by=list(partition) if partition else None,
                        predicate=condition if self.exists(name) else None,
                        # a newer version of the code may compute other columns than partitions of
                        # before
                        schema_mode="merge" if condition else "overwrite",
                        post_commithook_properties=KEEP_LOG,
                        commit_properties=CommitProperties(
                            custom_metadata={
                                **{
                                    f"{MADE_OF}{source}": str(version)
                                    for source, version in (made_of or {}).items()
                                },
                                **{f"{NOTE}{key}": said for key, said in (notes or {}).items()},
                            }
                        ),
                    )
                break
            except CommitFailedError:
                # another process committed first; the predicate makes a retry safe
                if attempt == WRITE_ATTEMPTS:
                    raise
        passing(Failpoint.TABLE_COMMITTED)
        return self.version(name)

    def delete(self, name: str, partition: Mapping[str, str]) -> None:
        """Take a partition's rows out of a table; its earlier versions keep them."""
        ((column, value),) = partition.items()
        for attempt in range(1, WRITE_ATTEMPTS + 1):
            if value not in self.partitions(name, column):
                return
            try:
                with self._writable(name):
                    self._open(name).delete(
                        f"{column} = '{value}'", post_commithook_properties=KEEP_LOG
                    )
            except CommitFailedError:
                if attempt == WRITE_ATTEMPTS:
                    raise

    def partitions(self, name: str, column: str, version: int | None = None) -> set[str]:
        """The values of a partition column that have rows; no data file is read."""
        return {part[column] for part in self._open(name, version).partitions()}

    def made_of(self, name: str, version: int | None = None) -> dict[str, int]:
        """Versions of the tables that a version was computed from, as far as its writer said."""
        said = self._said(name, MADE_OF, version)
        return {source: int(number) for source, number in said.items()}

    def notes(self, name: str) -> dict[str, str]:
        """What the writer of the newest version noted."""
        return self._said(name, NOTE)

    def _said(self, name: str, beginning: str, version: int | None = None) -> dict[str, str]:
        """What the commit of a version says under names that begin so."""
        table = self._open(name)  # an earlier version numbers its history wrongly
        upto = table.version() if version is None else version
        written = (
            commit
            for commit in table.history()  # the newest first
            if commit["version"] <= upto and "VACUUM" not in commit["operation"]
        )
        commit = next(written, {})
        return {
            key.removeprefix(beginning): value
            for key, value in commit.items()
            if key.startswith(beginning)
        }

    def files_by(self, name: str, column: str, version: int) -> dict[str, set[str]]:
        """Files of each value of the partition column in a version; none of them is read.

        Whoever writes a partition again gives it other files.
        """
        files: dict[str, set[str]] = {}
        for file in pa.table(self._open(name, version).get_add_actions(flatten=True)).to_pylist():
            files.setdefault(file[f"partition.{column}"], set()).add(file["path"])
        return files

    def prune(self, name: str, keep: Collection[int], days: int) -> int:
        """Delete files that only versions need that were replaced `days` ago; returns how many.

        The newest version stays, and those in `keep`.
        """
        with self._writable(name):
            gone = self._open(name).vacuum(
                retention_hours=days * 24,
                dry_run=False,
                enforce_retention_duration=False,
                keep_versions=sorted(keep) or None,
            )
        return len(gone)

    def versions(self) -> dict[str, int]:
        """The newest version of each table that has been written."""
        root = UPath(self.root)
        names = sorted(path.name for path in root.iterdir()) if root.exists() else []
        return {name: self.version(name) for name in names if self.exists(name)}

    def files(self, name: str, version: int) -> Iterator[Path]:
        """The files that hold a version and all before it, of a table in the file system."""
        table = Path(self.root) / name
        for path in sorted(table.rglob("*")):
            if not path.is_file():
                continue
            number = path.name.partition(".")[0]
            if path.parent.name != LOG or (number.isdigit() and int(number) <= version):
                yield path

    def _uri(self, name: str) -> str:
        return f"{self.root}/{name}"

    def _open(self, name: str, version: int | None = None) -> DeltaTable:
        if not self.exists(name):
            raise TableMissing(
                f"table {name!r} does not exist in {self.root}",
                "it to be written by an earlier asset",
                "materialize the assets upstream first",
            )
        with self._readable(name):
            return DeltaTable(self._uri(name), version=version)

    @contextmanager
    def _readable(self, name: str) -> Iterator[None]:
        """Tell that a table's files are not those that were written."""
        try:
            yield
        except (DeltaError, OSError, pa.ArrowInvalid) as error:
            raise Unavailable(
                f"table {name!r} in {self.root} cannot be read ({_first_line(error)})",
                "the files that were written there",
                "see that the place can be reached and read, or restore it from a copy",
            ) from error

    @contextmanager
    def _writable(self, name: str) -> Iterator[None]:
        """Tell that the place takes no files; every other error is a fault of the program."""
        try:
            yield
        except (DeltaError, OSError) as error:
            if not _of_the_environment(str(error)):
                raise
            raise Unavailable(
                f"table {name!r} cannot be written to {self.root} ({_first_line(error)})",
                "a place that can be reached and written, with room",
                "correct its rights or make room, or set PURCHASE_ASSETS_DATA to another folder",
            ) from error


def _reader(pieces: Iterator[pa.Table], failed: list[Exception]) -> pa.RecordBatchReader:
    """The pieces as a stream; `failed` is told what went wrong as they were made."""
    first = next(pieces)

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for piece in chain([first], pieces):
                yield from piece.to_batches()
        except Exception as error:
            failed.append(error)
            raise
        passing(Failpoint.TABLE_HALF_WRITTEN)

    return pa.RecordBatchReader.from_batches(first.schema, batches())


@contextmanager
def _as_raised(failed: list[Exception]) -> Iterator[None]:
    """Raise what went wrong as rows were made: the engine passes it on as a text."""
    try:
        yield
    except Exception as error:
        if failed:
            raise failed[0] from error
        raise


def _first_line(error: BaseException) -> str:
    """What an error says, without the trace of the engine."""
    return str(error).strip().partition("\n")[0][:300]


def _of_the_environment(said: str) -> bool:
    """Whether the engine passes on what the operating system or the object store refused."""
    codes = re.findall(r"os error (\d+)|Os \{ code: (\d+)", said)
    numbers = {int(one or other) for one, other in codes}
    stores = ("Generic S3", "Generic GCS", "Generic MicrosoftAzure")
    return bool(numbers & ENVIRONMENT_ERRNOS) or any(store in said for store in stores)


def digest(table: pa.Table) -> str:
    """A short fingerprint of a table's rows, whatever their order.

    Used as data version: equal content means equal version.
    """
    fingerprint = Fingerprint()
    fingerprint.add(table)
    return fingerprint.digest


class Fingerprint:
    """`digest` of rows that come in pieces."""

    def __init__(self) -> None:
        self.rows, self.total, self.names = 0, 0, ""

    def add(self, piece: pa.Table) -> None:
        """Count a piece in."""
        hashes = pd.util.hash_pandas_object(piece.to_pandas(), index=False).to_numpy(np.uint64)
        self.names = ",".join(f"{field.name}:{field.type}" for field in piece.schema)
        self.total += int(hashes.sum(dtype=np.uint64))
        self.rows += len(hashes)

    @property
    def digest(self) -> str:
        """Of all pieces so far."""
        total = self.total % 2**64 ^ self.rows
        return hashlib.sha256(f"{self.names}|{total}".encode()).hexdigest()[:16]
