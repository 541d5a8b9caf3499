"""Who may read and who may act, beyond this machine: `keys`."""

import sys
from typing import Annotated

import typer

from purchase_assets.cli.open_project import existing_project
from purchase_assets.cli.output import Json, notes, print_json, print_records, print_said, refuse
from purchase_assets.cli.signature_options import system_user
from purchase_assets.kinds import Role
from purchase_assets.storage.reports import access_keys
from purchase_assets.text import Text

app = typer.Typer()
keys = typer.Typer(help="Keys to the pages, each with a name and a role.", no_args_is_help=True)
app.add_typer(keys, name="keys")

Name = Annotated[str, typer.Argument(help="Whose key it is; it stands beside each decision.")]


@keys.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="read, or act: also decides.")] = Role.READ,
    as_json: Json = False,
) -> None:
    """Make a key and print it, this once; only its hash is kept.

    Example: purchase-assets keys add Ana --role act
    """
    secret = access_keys.add(existing_project().reports, name, role, system_user())
    if as_json:
        print_json({"name": name.strip(), "role": role, "key": secret})
        return
    print(secret)
    notes.print("Give it to them now; it cannot be shown again.", highlight=False)


NO_KEY = Text(
    "No key: the pages only show, and Dagster's jobs take any name.",
    "No hay claves: las páginas solo muestran y los trabajos de Dagster aceptan cualquier nombre.",
)


@keys.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, those revoked as well, the oldest first.

    Example: purchase-assets keys list
    """
    print_records(
        access_keys.in_order(existing_project().reports),
        {
            "name": "key_name",
            "role": "role",
            "added_at": "added_at",
            "added_by": "added_by",
            "revoked_at": "revoked_at",
            "revoked_by": "revoked_by",
        },
        as_json,
        NO_KEY,
    )


@keys.command("revoke")
def revoke(name: Name, as_json: Json = False) -> None:
    """End a key at once, with the tokens made with it. Decisions keep the name.

    Example: purchase-assets keys revoke Ana
    """
    access_keys.revoke(existing_project().reports, name, system_user())
    print_said(f"The key of {name.strip()} is revoked.", as_json)


@keys.command("token")
def token(as_json: Json = False) -> None:
    """Ask for a key and print a token for one decision in Dagster, good for a quarter of an hour.

    Example: purchase-assets keys token
    """
    reports = existing_project().reports
    typed = sys.stdin.isatty()  # a key among the arguments could be read in the list of processes
    given = typer.prompt("Key", hide_input=True, err=True) if typed else sys.stdin.readline()
    key = access_keys.find(reports, given.strip())
    if key is None or not key.role.acts:
        refuse(
            Text(
                "that is no key that may act; expected one in force; see purchase-assets keys list",
                "esa clave no permite actuar; se esperaba una vigente; vea purchase-assets keys "
                "list",
            )
        )
    secret = access_keys.make_token(reports, key)
    if as_json:
        print_json({"name": key.name, "token": secret})
    else:
        print(secret)
