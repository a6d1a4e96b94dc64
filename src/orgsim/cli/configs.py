"""Commands about configs: their presets, parameters and schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from orgsim.cli.options import PATH, overwrite_option
from orgsim.printable import as_name, shell_word

_SCHEMA_MARK = b'"title": "orgsim config"'
"""What a schema calls itself, so that the next one may replace it if nobody changed it."""


@click.command()
@click.argument("preset", default="baseline")
@click.option("--out", type=PATH, help="Write to a file, which must not exist yet.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it does.")
@click.option("--list", "list_presets", is_flag=True, help="Name the presets and stop.")
def new(preset: str, out: Path | None, overwrite: bool, list_presets: bool) -> None:
    """Print, or write, a commented config to start from."""
    from orgsim.config import preset_names, preset_path
    from orgsim.store import outputs
    from orgsim.store.atomic import write_text

    if list_presets:
        click.echo("\n".join(preset_names()))
        return
    text = preset_path(preset).read_text(encoding="utf-8")
    if out is None:
        click.echo(text, nl=False)
    else:  # no mark: from then on it is a person's
        write_text(outputs.named(out, mark=None, overwrite=overwrite), text)
        click.echo(f"{as_name(out)}: written; next: orgsim run {shell_word(out)}")


@click.command()
@click.argument("what", required=False, metavar="[SECTION|PARAMETER]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--markdown", is_flag=True, help="Print Markdown tables.")
def parameters(what: str | None, as_json: bool, markdown: bool) -> None:
    """List parameters: default, range, plausible range, meaning, source.

    Of a section, or of one parameter, also what its prior is, and why.
    """
    from orgsim.report import parameters as table

    rows = table.select(what)
    if as_json:
        click.echo(json.dumps(table.as_rows(rows), indent=2, ensure_ascii=False))
    elif markdown:
        click.echo(table.as_markdown(rows), nl=False)
    else:
        table.print_parameters(rows, in_full=what is not None)


@click.command()
@click.option("--out", type=PATH, help="Write to a file instead.")
@overwrite_option
def schema(out: Path | None, overwrite: bool) -> None:
    """Print the JSON Schema of configs, for editors."""
    from orgsim.config import json_schema
    from orgsim.model import MODEL
    from orgsim.store import outputs
    from orgsim.store.atomic import write_text

    comment = {"$comment": f"written by orgsim schema, {outputs.UNSEALED}"}
    text = outputs.sealed(json.dumps(json_schema(MODEL) | comment, indent=2) + "\n")
    if out is None:
        click.echo(text, nl=False)
    else:
        target = outputs.named(out, mark=_SCHEMA_MARK, sealed=True, overwrite=overwrite)
        write_text(target, text)
        click.echo(f"{as_name(out)}: written")
