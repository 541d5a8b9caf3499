"""The topology of compose.yaml as processes of this machine: `make team`.

compose.yaml is the one list. Each of its services is started with its own command, variables and
health check; what a container changes is translated back: a service's address is a free port of
loopback, a volume is a folder below the state folder, an image's program is the project's or
Debian's. A process that dies is started again, with whatever it had started ended, as a container
would be. They end together.

Usage: deploy/team.py [--state FOLDER] [--file FILE] [SERVICE ...]
"""

import argparse
import asyncio
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PROGRAMS = Path(sys.executable).parent
INSTALLED = "/srv/purchase_assets"
DEFAULTS = {
    "PAGES_URL": "http://127.0.0.1:8000",
    "DAGSTER_URL": "http://127.0.0.1:3000",
    "MLFLOW_URL": "http://127.0.0.1:5000",
    "MLFLOW_HOST": "127.0.0.1",
    "LOGIN_NAME": "team",
}
PATIENCE_S = 300
"""How long the first start of a service may take."""


def main() -> None:
    """Start everything and stay until it is interrupted."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--state", type=Path, default=ROOT / "data" / "team")
    options.add_argument("--file", type=Path, default=HERE / "compose.yaml")
    options.add_argument("services", nargs="*", help="start these alone")
    chosen = options.parse_args()
    chosen.state.mkdir(parents=True, exist_ok=True)
    team = Team(chosen.file, chosen.state.absolute(), chosen.services)
    try:
        asyncio.run(team.run())
    except KeyboardInterrupt:
        sys.exit(130)


def program(name: str) -> str:
    """Where a service's program is: the project's own, Debian's PostgreSQL, or on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    ours = PROGRAMS / name
    found = str(ours) if ours.exists() else str(debian[-1]) if debian else shutil.which(name)
    if not found:
        sys.exit(
            f"{name} is not installed; expected PostgreSQL and Caddy beside the project; "
            "run: apt-get install postgresql caddy"
        )
    return found


def filled(text: str, variables: dict[str, str]) -> str:
    """A text of compose.yaml with its ${VARIABLE:-default} filled in."""

    def value(found: re.Match[str]) -> str:
        name, mark, otherwise = found.groups()
        if mark == ":?" and not variables.get(name):
            raise KeyError(f"{name}: {otherwise}")
        return variables.get(name) or otherwise or ""

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", value, text)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Service:
    """One process of the list, as this machine starts it."""

    def __init__(self, name: str, said: dict[str, Any], team: "Team") -> None:
        self.name, self.team = name, team
        self.needs = [need for need in said.get("depends_on", ()) if need in team.chosen]
        self.signal = getattr(signal, said.get("stop_signal", "SIGTERM"))
        self.folders = self._folders(said.get("volumes", ()))
        self.environment = {
            key: self.here(value) for key, value in said.get("environment", {}).items()
        }
        self.command = self._command(said["command"])
        test = said.get("healthcheck", {}).get("test")
        self.test = self._command(test[1:]) if test else None
        self.who: dict[str, Any] = {}
        self.well = asyncio.Event()
        self.process: asyncio.subprocess.Process | None = None
        self.starts = 0

    def _folders(self, volumes: list[str]) -> dict[str, str]:
        found = {INSTALLED: str(ROOT)}
        for volume in volumes:
            source, target = filled(volume, self.team.variables).split(":")[:2]
            place = HERE / source if source.startswith(".") else self.team.state / source
            found[target] = str(place)
        return found

    def here(self, text: str) -> str:
        """A word of the list as it is on this machine."""
        text = filled(text, self.team.variables)
        for target in sorted(self.folders, key=len, reverse=True):
            if text == target or text.startswith(f"{target}/"):
                return self.folders[target] + text[len(target) :]
        for name, (port, here) in self.team.ports.items():
            text = text.replace(f"{name}:{port}", f"127.0.0.1:{here}")
        own, here = self.team.ports.get(self.name, ("", 0))
        text = text.replace(f"127.0.0.1:{own}", f"127.0.0.1:{here}") if own else text
        return {own: str(here), "0.0.0.0": "127.0.0.1", **self.team.names}.get(text, text)

    def _command(self, words: list[str]) -> list[str]:
        return [program(words[0]), *map(self.here, words[1:])]

    async def keep(self) -> None:
        """Start it, and again whenever it dies."""
        for name in self.needs:
            await self.team.services[name].well.wait()
        while True:
            began = time.monotonic()
            with (self.team.state / f"{self.name}.log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    *self.command,
                    cwd=self.team.state,
                    env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    **self.who,
                )
            self.starts += 1
            self.team.tell()
            watch = asyncio.create_task(self._until_well())
            try:
                code = await self.process.wait()
            finally:
                watch.cancel()
                self.well.clear()
                self.end(signal.SIGKILL)  # what it had started, which a container would not keep
            print(f"{self.name} ended with {code}; it is started again", flush=True)
            await asyncio.sleep(0.2 if time.monotonic() - began > 10 else 2)

    async def _until_well(self) -> None:
        while self.test:
            asked = await asyncio.create_subprocess_exec(
                *self.test,
                env={**os.environ, **self.environment},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=self.team.state,
            )
            if await asked.wait() == 0:
                break
            await asyncio.sleep(0.5)
        self.well.set()
        self.team.tell()

    def end(self, how: int) -> None:
        """Send a signal to it and all that it has started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, how)
            except ProcessLookupError:
                return


class Team:
    """The services of the list, or some of them."""

    def __init__(self, file: Path, state: Path, only: Sequence[str] = ()) -> None:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))["services"]
        if unknown := set(only) - set(said):
            sys.exit(f"no service {' '.join(unknown)} in {file}; expected of {' '.join(said)}")
        self.state, self.chosen = state, only or list(said)
        self.variables = {**DEFAULTS, **self._secrets(), **os.environ}
        self.names = dict.fromkeys(said, "127.0.0.1")
        # the port of a service is the one of its health check or its own variable
        inside = {name: _port(one) for name, one in said.items()}
        self.ports = {name: (port, free_port()) for name, port in inside.items() if port}
        code = self.ports["code"]
        self.services = {name: Service(name, said[name], self) for name in self.chosen}
        for service in self.services.values():
            if service.environment.get("CODE_PORT") == code[0]:
                service.environment["CODE_PORT"] = str(code[1])
        if database := self.services.get("postgres"):
            database.command += ["-p", str(self.ports["postgres"][1])]
            database.command += ["-c", "unix_socket_directories="]

    def _secrets(self) -> dict[str, str]:
        """Passwords of this state folder, made once."""
        file = self.state / "secrets.json"
        if not file.exists():
            login = secrets.token_urlsafe(9)
            hashed = subprocess.run(
                [program("caddy"), "hash-password", "--plaintext", login],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            file.touch(0o600)
            made = {"POSTGRES_PASSWORD": secrets.token_urlsafe(18), "LOGIN_HASH": hashed}
            file.write_text(json.dumps({**made, "LOGIN_PASSWORD": login}), encoding="utf-8")
        return json.loads(file.read_text(encoding="utf-8"))

    def _make_database(self, postgres: Service) -> None:
        """What the image does at its first start: a cluster, its user and its databases."""
        # PostgreSQL refuses to run as root; Debian's package makes this user
        who = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        postgres.who = {**who, "extra_groups": []} if who else {}
        folder = Path(postgres.folders["/var/lib/postgresql/data"])
        postgres.environment |= {"PGDATA": str(folder)}
        if (folder / "PG_VERSION").exists():
            return
        folder.mkdir(mode=0o700)
        password = self.state / "postgres.password"
        password.touch(0o600)
        password.write_text(self.variables["POSTGRES_PASSWORD"], encoding="utf-8")
        for place in (folder, password) if who else ():
            shutil.chown(place, "postgres", "postgres")
        make = [program("initdb"), "-D", str(folder), "-U", "purchase_assets", "-E", "UTF8"]
        make += ["-A", "scram-sha-256", f"--pwfile={password}"]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)
        password.unlink()
        single = [program("postgres"), "--single", "-D", str(folder), "postgres"]
        made = "CREATE DATABASE reports;\n" + (HERE / "databases.sql").read_text(encoding="utf-8")
        statements = "".join(line for line in made.splitlines(True) if not line.startswith("--"))
        subprocess.run(
            single,
            input=statements,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **who,
        )

    def tell(self) -> None:
        """Who runs where, for who looks on: team.json in the state folder."""
        told = {
            name: {
                "pid": one.process.pid if one.process else None,
                "starts": one.starts,
                "well": one.well.is_set(),
                "command": one.command,
            }
            for name, one in self.services.items()
        }
        draft = self.state / "team.json.part"
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(self.state / "team.json")

    async def run(self) -> None:
        """Keep all until a signal comes, then end all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, asyncio.current_task().cancel)
        if database := self.services.get("postgres"):
            self._make_database(database)
        if pages := self.services.get("pages"):
            self._data(pages).mkdir(exist_ok=True)
        kept = [asyncio.create_task(one.keep()) for one in self.services.values()]
        try:
            async with asyncio.timeout(PATIENCE_S):
                for service in self.services.values():
                    if service.name != "daemon":  # its own check speaks after its first round
                        await service.well.wait()
            if pages:
                self._welcome(self._data(pages), pages)
            await asyncio.gather(*kept)
        except asyncio.CancelledError:
            pass
        finally:
            for task in kept:
                task.cancel()
            await self._end()

    def _data(self, pages: Service) -> Path:
        return Path(pages.folders[f"{INSTALLED}/data"])

    def _welcome(self, data: Path, pages: Service) -> None:
        if not (data / "uploads").exists() and not any(data.glob("incoming/*")):
            print("no sales files yet; making sample data", flush=True)
            make = [program("purchase-assets"), "sample-data"]
            subprocess.run(make, check=True, env={**os.environ, **pages.environment})
        login = f"{self.variables['LOGIN_NAME']} / {self.variables['LOGIN_PASSWORD']}"
        print(f"pages    {self.variables['PAGES_URL']}")
        print(f"Dagster  {self.variables['DAGSTER_URL']}  ({login})")
        print(f"MLflow   {self.variables['MLFLOW_URL']}  ({login})")
        print(f"files    {data}/incoming\nlogs     {self.state}", flush=True)

    async def _end(self) -> None:
        """The database last, since the others still write to it."""
        order = sorted(self.services.values(), key=lambda one: one.name == "postgres")
        for group in (order[:-1], order[-1:]):
            alive = [one for one in group if one.process and one.process.returncode is None]
            for one in alive:
                one.end(one.signal)
            ended = [asyncio.create_task(one.process.wait()) for one in alive]
            if ended:
                await asyncio.wait(ended, timeout=20)
            for one in group:
                one.end(signal.SIGKILL)


def _port(said: dict[str, Any]) -> str:
    """The port that a service listens on: PostgreSQL's variable, or its command's."""
    command = said["command"]
    if "--port" in command:
        return str(command[command.index("--port") + 1])
    return str(said.get("environment", {}).get("PGPORT", ""))


if __name__ == "__main__":
    main()
