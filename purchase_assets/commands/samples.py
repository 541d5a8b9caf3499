"""Made-up sales files: `sample-data`, `simulate-drift`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from purchase_assets.commands.output import Json, parse_day, print_json, refuse, screen
from purchase_assets.settings import Settings

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
    """Write sales files of a made-up distributor.

    Example: purchase-assets sample-data --out /tmp/demo --customers 100 --weeks 40
    """
    from purchase_assets import sample_data as maker

    settings = Settings()
    last = parse_day(end, "--end") if end else maker.last_complete_week(settings.today())
    sample = maker.generate(
        customers=customers, products=products, weeks=weeks, end=last, seed=seed
    )
    folder = out or Path(settings.data) / "incoming"
    _print_paths(maker.write(sample, folder), as_json)


def _known_scenarios(incomplete: str) -> list[tuple[str, str]]:
    from purchase_assets.sample_drift import SCENARIOS

    return [
        (name, one.description) for name, one in SCENARIOS.items() if name.startswith(incomplete)
    ]


@app.command("simulate-drift")
def simulate_drift(
    scenario: Annotated[
        str, typer.Argument(help="Name of the scenario.", autocompletion=_known_scenarios)
    ],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    weeks: Annotated[int, typer.Option(min=1, help="Changed weeks.")] = 2,
    end: Annotated[str, typer.Option(help="Last day of the ordinary history.")] = "",
    seed: Annotated[int, typer.Option(help="Another number makes another history.")] = 7,
    as_json: Json = False,
) -> None:
    """Write an ordinary history and the weeks after it, changed in a way that has a name.

    The history ends `weeks` weeks before the last complete week, so that the changed weeks are
    no future.

    Example: purchase-assets simulate-drift unit-change --out ~/demo
    """
    from purchase_assets import sample_data as maker
    from purchase_assets.sample_drift import SCENARIOS, split

    if scenario not in SCENARIOS:
        known = "; ".join(f"{name}: {one.description}" for name, one in SCENARIOS.items())
        refuse(f"{scenario!r} is no scenario; expected one of these, give its name: {known}")
    today = Settings().today()
    last = (
        parse_day(end, "--end") if end else maker.last_complete_week(today) - timedelta(weeks=weeks)
    )
    sample = maker.generate(end=last + timedelta(weeks=weeks), weeks=60 + weeks, seed=seed)
    history, changed = split(scenario, sample, weeks=weeks, seed=seed)
    paths = maker.write(history, out / "0-history")
    for number, week in enumerate(changed, start=1):
        paths += maker.write(week, out / f"{number}-{scenario}")
    _print_paths(paths, as_json)


def _print_paths(paths: list[Path], as_json: bool) -> None:
    if as_json:
        print_json(paths)
        return
    for path in paths:
        screen.print(f"{path}", highlight=False, markup=False, soft_wrap=True)
