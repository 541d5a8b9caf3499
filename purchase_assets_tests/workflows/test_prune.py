"""What nobody needs is deleted, and what somebody may still write is not."""

import os
import time
from pathlib import Path

from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.workflows.prune import DAY_S, prune


def test_half_written_files_are_pruned_after_a_day(tmp_path: Path):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    left, under_way, sender_s = (
        incoming / name for name in (".left.part", ".under_way.part", "transacciones.csv.part")
    )
    for path in (left, under_way, sender_s):
        path.touch()
    for path in (left, sender_s):
        os.utime(path, (0, time.time() - DAY_S - 60))

    prune(Project(Settings(_env_file=None, data=str(tmp_path))))

    assert sorted(incoming.iterdir()) == sorted([under_way, sender_s])
