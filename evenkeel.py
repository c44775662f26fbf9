"""The command line: every step by hand. Each sub-command lives in the layer that it belongs to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import typer

from alerts.commands import governing, nights, queues
from features.commands import catalogue
from pipeline.commands import data, sites
from pipeline.commands.speaking import Exit, Speaker, counted
from pipeline.errors import ConfigurationError, EvenkeelError, Fault

app = typer.Typer(
    help="From phone exports to a named clinician's queue. Never to the patient.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
COMMANDS: tuple[Callable[..., None], ...] = (
    sites.init,
    sites.check,
    sites.simulate,
    sites.demo,
    data.ingest,
    nights.features,
    nights.flags,
    nights.nightly,
    queues.queue,
    data.sql,
    catalogue.catalogue,
    governing.commission,
    governing.stop,
    governing.resume,
    governing.credential,
)
for command in COMMANDS:
    app.command()(command)

alert = typer.Typer(help="Work on one alert.", no_args_is_help=True)
ALERT_COMMANDS: tuple[Callable[..., None], ...] = (queues.show, queues.acknowledge, queues.dispose, queues.close)
for command in ALERT_COMMANDS:
    alert.command()(command)
app.add_typer(alert, name="alert")

quarantine = typer.Typer(help="What was kept out, and why.", no_args_is_help=True)
quarantine.command("list")(data.quarantine_list)
app.add_typer(quarantine, name="quarantine")

audit = typer.Typer(help="The trail of who did what.", no_args_is_help=True)
audit.command("verify")(data.audit_verify)
app.add_typer(audit, name="audit")


def main() -> None:
    """Run a command; an error that the program knows ends it with one plain message and no traceback."""
    try:
        app()
    except ConfigurationError as error:
        _fail(f"{counted(len(error.faults), 'fault')} in the configuration:\n{error}", error.faults)
    except EvenkeelError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"found {error.filename or 'a file'} that cannot be used: {error.strerror or type(error).__name__}")


def _fail(message: str, faults: Sequence[Fault] = ()) -> NoReturn:
    """Say what is wrong, on standard error; with --json also as the one document that the command gives."""
    sys.stderr.write(message + "\n")
    Speaker(as_json="--json" in sys.argv).document({"error": message, "faults": faults})
    sys.exit(Exit.FAILED)
