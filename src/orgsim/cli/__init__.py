"""Every command and option of ``orgsim``; what they do stands elsewhere."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from typing import Any

import click

from orgsim.cli import cluster, compare, configs, look, report, simulate, trace
from orgsim.cli.options import INTERRUPTED


def _drop_output() -> None:
    """Let what is left in the buffers go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Orgsim(click.Group):
    """The one place where errors become messages and exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        from orgsim.errors import OrgsimError

        # Without it, Python looks once more through all objects before it ends: 0.3 s.
        atexit.register(gc.freeze)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # a terminal may know no dash
                stream.reconfigure(errors="replace")
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except OrgsimError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                click.echo(f"Error: cannot write the output: {error.strerror}", err=True)
                _drop_output()
                ctx.exit(3)
            _drop_output()  # whoever read it has gone
            ctx.exit(1)


@click.group(cls=_Orgsim, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orgsim", message="orgsim %(version)s")
def main() -> None:
    """Simulate how marketing and IT departments share their leadership.

    Start with `orgsim new baseline --out my.toml`, then `orgsim run my.toml`.
    """


for _command in (
    simulate.run,
    simulate.sweep,
    simulate.resume,
    simulate.merge,
    simulate.check,
    look.status,
    look.verify,
    compare.compare,
    look.plot,
    report.report,
    trace.trace,
    cluster.cluster,
    configs.new,
    configs.parameters,
    configs.schema,
):
    main.add_command(_command)
