"""What makes an asset out of date: a change of what its function runs, and nothing else."""

import shutil
from pathlib import Path

import pytest

from purchase_assets import code_versions
from purchase_assets.definitions import build_definitions
from purchase_assets.settings import Settings

COMPUTED = {
    "raw_customers",
    "raw_products",
    "raw_transactions",
    "daily_sales",
    "cleaned_features",
    "training_set",
    "trained_model",
    "weekly_predictions",
    "prediction_scores",
    "drift_report",
}


class Package:
    """A copy of the package whose source a test may change."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = folder / "purchase_assets"
        shutil.copytree(code_versions.ROOT, self.root, ignore=shutil.ignore_patterns("*.pyc"))
        patch.setattr(code_versions, "ROOT", self.root)
        self.before = self.versions()

    def versions(self) -> dict[str, str]:
        code_versions.forget()
        graph = build_definitions(Settings(data=str(self.root.parent / "data")))
        return {
            spec.key.to_user_string(): spec.code_version
            for spec in graph.resolve_all_asset_specs()
            if spec.code_version
        }

    def changed(self, file: str, old: str, new: str) -> set[str]:
        """The assets whose version another source gives."""
        path = self.root / file
        source = path.read_text(encoding="utf-8")
        assert old in source
        path.write_text(source.replace(old, new, 1), encoding="utf-8")
        after = self.versions()
        return {name for name, version in after.items() if version != self.before[name]}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    yield Package(tmp_path, monkeypatch)
    monkeypatch.undo()
    code_versions.forget()


def test_every_computed_asset_has_one(package: Package) -> None:
    assert set(package.before) == COMPUTED


def test_the_volume_factor_is_part_of_the_forecast(package: Package) -> None:
    changed = package.changed("forecasting/volume.py", "RECENT_DAYS = ", "RECENT_DAYS = 1 + ")
    assert changed == {"weekly_predictions"}


def test_the_baseline_is_part_of_the_scores_and_of_the_gate(package: Package) -> None:
    changed = package.changed("forecasting/baseline.py", "WEEKS_NEEDED = ", "WEEKS_NEEDED = 1 + ")
    assert changed == {"prediction_scores", "trained_model"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("forecasting/card.py", "\ndef ", "\n# a comment\ndef "),
        ("forecasting/volume.py", '"""', '"""Other words. '),
        ("weeks.py", "def monday(day: date) -> date:", "def monday(day):"),
        ("storage/lake.py", "WRITE_ATTEMPTS = ", "WRITE_ATTEMPTS = 1 + "),
        ("serving/api.py", "def ", "def other(): ...\n\n\ndef "),
    ],
)
def test_what_does_not_run_changes_nothing(package: Package, file: str, old: str, new: str) -> None:
    assert package.changed(file, old, new) == set()


def test_the_estimator_is_part_of_the_model_only(package: Package) -> None:
    changed = package.changed("forecasting/search.py", "\ndef ", "\ndef _unused(): ...\n\n\ndef ")
    assert changed == set()
    changed = package.changed(
        "forecasting/metrics.py", "def average_precision(", "X = 1\n\n\ndef average_precision("
    )
    assert changed == set()
