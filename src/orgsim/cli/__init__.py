"""Every command and option of ``orgsim``; what they do stands elsewhere."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from typing import Any, NoReturn, TypeGuard

import click
from click.exceptions import NoArgsIsHelpError

from orgsim.cli import (
    calibrate,
    cluster,
    compare,
    configs,
    look,
    report,
    sensitivity,
    simulate,
    trace,
)
from orgsim.cli.options import INTERRUPTED
from orgsim.cli.streams import (
    OutputLostError,
    drop_output,
    even_if_lost,
    harmless_streams,
)
from orgsim.printable import as_name, shortened
from orgsim.system.files import why
from orgsim.system.interruption import end_without_those_left_behind

_LONGEST_MESSAGE = 6_000
_LONGEST_REFUSAL = 500


class _Orgsim(click.Group):
    """The one place where errors become messages and exit codes."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command, with streams that take whatever it prints."""
        # NumPy's OpenBLAS, and scipy's, start a thread for every core when they are imported, which
        # takes a tenth of a second on two; no command multiplies matrices of more than a few rows.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        with harmless_streams():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line; say what is wrong with it."""
        with _refusals_told():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        from orgsim.errors import OrgsimError

        # Without it, Python looks once more through all objects before it ends: 0.3 s.
        atexit.register(gc.freeze)
        try:
            with _refusals_told():
                result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except OrgsimError as error:
            _end(ctx, str(error), error.exit_code)
        except KeyboardInterrupt:
            with even_if_lost():
                click.echo("Interrupted.", err=True)
            end_without_those_left_behind(INTERRUPTED)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            drop_output("stdout")  # whoever read it has gone
            ctx.exit(1)
        except OutputLostError as error:
            drop_output("stdout")
            _end(ctx, f"cannot write the output: {error.strerror}")
        except OSError as error:
            _end(ctx, _failed(error))
        except ImportError as error:
            _end(ctx, f"cannot be loaded: {error}; install orgsim anew, with what it needs")
        except MemoryError as error:
            _end(ctx, f"out of memory{f' ({error})' if str(error) else ''}; {_LESS_MEMORY}")


_LESS_MEMORY = "ask for fewer firms, points or threads at a time, or more memory"


def _end(ctx: click.Context, message: str, code: int = 3) -> NoReturn:
    with even_if_lost():
        click.echo(f"Error: {shortened(message, _LONGEST_MESSAGE)}", err=True)
    ctx.exit(code)


@contextlib.contextmanager
def _refusals_told() -> Iterator[None]:
    """Say what click refuses, which repeats what was typed: of any length, so it is cut."""
    try:
        yield
    except click.ClickException as error:
        shown = error
        if isinstance(error, click.UsageError) and type(error) is not NoArgsIsHelpError:
            shown = click.UsageError(_cut(error.format_message()), error.ctx)
        with even_if_lost():
            shown.show()
        raise click.exceptions.Exit(error.exit_code) from None


def _cut(message: str) -> str:
    """Return a message without the middle of what is longer than anyone reads."""
    if len(message) <= _LONGEST_REFUSAL:
        return message
    return f"{message[: _LONGEST_REFUSAL - 100]}...{message[-97:]}"


def _failed(error: OSError) -> str:
    """Return what the system would not do, with the path that it was asked for."""
    names = [os.fsdecode(name) for name in (error.filename, error.filename2) if _is_path(name)]
    where = f"{as_name(' -> '.join(names))}: " if names else ""
    return f"{where}{why(error)}"


def _is_path(name: object) -> TypeGuard[str | bytes]:
    return isinstance(name, (str, bytes)) and bool(name)


@click.group(cls=_Orgsim, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="orgsim", message="orgsim %(version)s")
def main() -> None:
    """Simulate how marketing and IT departments share their leadership.

    Start with `orgsim run article-2014`. For settings of your own: `orgsim new
    baseline --out my.toml`, then `orgsim run my.toml`.
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
    sensitivity.sensitivity,
    calibrate.calibrate,
    look.plot,
    report.report,
    trace.trace,
    cluster.cluster,
    configs.new,
    configs.parameters,
    configs.schema,
):
    main.add_command(_command)
