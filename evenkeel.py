"""The command line: every step by hand. Each sub-command lives in the layer that it belongs to."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer

from alerts.commands import governing, nights, queues
from features.commands import catalogue
from pipeline.commands import data, sites
from pipeline.commands.speaking import Exit
from pipeline.errors import ConfigurationError, EvenkeelError

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

audit = typer.Typer(help="The trail of who did what.", no_args_is_help=True)
audit.command("verify")(data.audit_verify)
app.add_typer(audit, name="audit")


def main() -> None:
    """Run a command; an error that the program knows ends it with one plain message and no traceback."""
    try:
        app()
    except ConfigurationError as error:
        _say(f"{len(error.faults)} fault{'' if len(error.faults) == 1 else 's'} in the configuration:\n{error}")
    except EvenkeelError as error:
        _say(str(error))


def _say(message: str) -> None:
    sys.stderr.write(message + "\n")
    sys.exit(Exit.FAILED)
