"""Made-up sales files: `sample-data`, `next-week`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from purchase_assets.cli.open_project import existing_project, open_project
from purchase_assets.cli.output import Json, notes, parse_day, print_json, refuse, screen
from purchase_assets.kinds import Verdict
from purchase_assets.text import Text

if TYPE_CHECKING:
    from purchase_assets.samples.drift_scenarios import Scenario
    from purchase_assets.samples.faults import Fault
BOTH = Text(
    "both --fault and --drift are given; expected one of them; leave the other out",
    "se dieron --fault y --drift; se esperaba uno de los dos; quite el otro",
)

app = typer.Typer()


@app.command("sample-data")
def sample_data(
    out: Annotated[
        Path | None, typer.Option(help="Folder; the incoming folder if left out.")
    ] = None,
    customers: Annotated[int, typer.Option(min=10, help="How many.")] = 300,
    products: Annotated[int, typer.Option(min=5, help="How many.")] = 60,
    weeks: Annotated[int, typer.Option(min=12, help="Weeks of history.")] = 60,
    end: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; last Sunday if left out.")] = "",
    seed: Annotated[int, typer.Option(help="Another number makes another history.")] = 7,
    as_json: Json = False,
) -> None:
    """Write sales files of a made-up distributor; `next-week` goes on with those that came in.

    Example: purchase-assets sample-data --out /tmp/demo --customers 100 --weeks 40
    """
    from purchase_assets.samples import generator as maker
    from purchase_assets.workflows import deliver_sample

    project = open_project()
    last = parse_day(end, "--end") if end else maker.last_complete_week(project.settings.today())
    recipe = maker.Recipe(customers, products, weeks, last, seed)
    paths = maker.write(recipe.history(), out) if out else deliver_sample.begin(project, recipe)
    if as_json:
        print_json(paths)
    else:
        _print_paths(paths)


def _faults() -> "Mapping[str, Fault]":
    from purchase_assets.samples.faults import FAULTS

    return FAULTS


def _drifts() -> "Mapping[str, Scenario]":
    from purchase_assets.samples.drift_scenarios import SCENARIOS

    return SCENARIOS


def _completed(known: Callable[[], Mapping[str, Any]]) -> Callable[[str], list[tuple[str, str]]]:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [
            (name, one.description) for name, one in known().items() if name.startswith(incomplete)
        ]

    return complete


@app.command("next-week")
def next_week(
    fault: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Send the week wrongly, in one of the ways above.",
            autocompletion=_completed(_faults),
        ),
    ] = "",
    drift: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Send a week that has changed, in one of the ways above.",
            autocompletion=_completed(_drifts),
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Put the sample's next week into the incoming folder, as its distributor would send it.

    The week follows the newest accepted sales. The sample has its own calendar: the day after the
    week counts as today from then on, so that no day of it is in the future.

    A fault that is refused leaves the week to be sent again: `next-week` without one corrects it.

    \b
    --fault:
      missing-column     the column items is missing
      wrong-format       a PDF
      empty              a header and no rows
      unreadable         the file breaks off in the middle
      ten-times          all quantities are ten times as large
      unknown-customers  a fifth of the customers is unknown
      future             dates eight weeks ahead
      bad-rows           3 % of the lines have no items, one far too many (set aside)

    \b
    --drift (an alarm takes two such weeks; the last five are business as usual and raise none):
      new-brand          an unseen brand on 8 % of the lines
      lost-region        a zone orders no more
      unit-change        sizes of two products a thousandfold
      habit-shift        half of the best brand goes to another
      quantity-change    tenfold items on 5 % of the lines (the gate may refuse the file)
      no-change          the next weeks as the last ones
      peak-week          70 % more orders
      growth             20 % more orders
      new-product        a new product of a known brand
      short-week         Monday to Thursday only

    Example: purchase-assets next-week --fault missing-column
    """
    from purchase_assets.workflows import deliver_sample

    if fault and drift:
        refuse(BOTH)
    _need_known("--fault", fault, _faults())
    _need_known("--drift", drift, _drifts())
    project = existing_project()
    week = deliver_sample.deliver_next_week(project, drift=drift, fault=fault)
    if as_json:
        print_json(asdict(week))
        return
    _print_paths(week.paths)
    if week.today > week.last_day + timedelta(days=1):
        calendar = ""
    else:
        calendar = f"Today is {week.today:%A} {week.today} in the sample's calendar. "
    notes.print(
        f"{calendar}With make dev the week is taken in within a minute, with purchase-assets run "
        "at once.",
        highlight=False,
        soft_wrap=True,
    )
    if fault and _faults()[fault].verdict is Verdict.REJECTED:
        notes.print("It will be refused; purchase-assets next-week then sends it corrected.")


def _need_known(option: str, name: str, known: Mapping[str, Any]) -> None:
    if name and name not in known:
        listed = "; ".join(f"{each}: {one.description}" for each, one in known.items())
        refuse(
            Text(
                f"{option} {name!r} is not known; expected one of these, give its name: {listed}",
                f"{option} {name!r} no se conoce; se esperaba uno de estos, indique su nombre: "
                f"{listed}",
            )
        )


def _print_paths(paths: list[Path]) -> None:
    for path in paths:
        screen.print(f"{path}", highlight=False, markup=False, soft_wrap=True)
