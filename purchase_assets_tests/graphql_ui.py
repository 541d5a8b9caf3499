"""What the Dagster UI shows: its own GraphQL, asked over an instance and a graph."""

import asyncio
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import dagster as dg
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster_graphql.schema import create_schema

shown: dg.Definitions
"""The graph that the workspace loads by this name."""

CHECKS = """
query($asset: [String!]!) {
  assetNodeOrError(assetKey: {path: $asset}) {
    ... on AssetNode {
      assetChecksOrError {
        ... on AssetChecks {
          checks {
            name
            executionForLatestMaterialization {
              status
              evaluation { severity description }
            }
          }
        }
      }
    }
  }
}
"""
PARTITIONS = """
query($asset: [String!]!) {
  assetNodeOrError(assetKey: {path: $asset}) {
    ... on AssetNode {
      partitionKeys
      partitionStats { numMaterialized numPartitions numFailed }
    }
  }
}
"""
LAUNCHPAD = """
query($job: String!) {
  runConfigSchemaOrError(
    selector: {
      pipelineName: $job
      repositoryName: "__repository__"
      repositoryLocationName: "<<in_process>>"
    }
  ) {
    ... on RunConfigSchema { rootDefaultYaml }
  }
}
"""
RED = ("FAILED", "ERROR")
YELLOW = ("FAILED", "WARN")
GREEN = ("SUCCEEDED", "ERROR")


@dataclass(frozen=True)
class Ui:
    """The UI over one instance and one graph."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The answer to a query of the UI; its errors fail the test."""
        result = asyncio.run(
            create_schema().execute_async(
                query,
                context_value=self._context.create_request_context(),
                variable_values=variables,
            )
        )
        assert not result.errors, result.errors
        return result.data

    def checks(self, asset: str) -> dict[str, tuple[str, str, str] | None]:
        """Status, severity and description of each check of an asset; None: not evaluated."""
        node = self.ask(CHECKS, asset=[asset])["assetNodeOrError"]
        return {
            check["name"]: _seen(check["executionForLatestMaterialization"])
            for check in node["assetChecksOrError"]["checks"]
        }

    def marks(self, asset: str) -> dict[str, tuple[str, str] | None]:
        """Status and severity alone: `RED`, `YELLOW`, `GREEN` or another."""
        return {name: seen and seen[:2] for name, seen in self.checks(asset).items()}

    def partitions(self, asset: str) -> dict[str, Any]:
        """The partition keys of an asset and how many of them are made."""
        return self.ask(PARTITIONS, asset=[asset])["assetNodeOrError"]

    @cached_property
    def _context(self) -> WorkspaceProcessContext:
        module = sys.modules[__name__]
        module.shown = self.definitions  # type: ignore[attr-defined]
        origin = LoadableTargetOrigin(
            executable_path=sys.executable, module_name=__name__, attribute="shown"
        )
        target = InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(origin))
        return WorkspaceProcessContext(self.instance, target)


def _seen(execution: dict[str, Any] | None) -> tuple[str, str, str] | None:
    if execution is None:
        return None
    evaluation = execution["evaluation"] or {}
    return execution["status"], evaluation.get("severity"), evaluation.get("description")
