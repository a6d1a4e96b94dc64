"""Commands about configs: their presets, parameters and schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from orgsim.cli.options import PATH


@click.command()
@click.argument("preset", default="baseline")
@click.option("--out", type=PATH, help="Write to a file, which must not exist yet.")
@click.option("--list", "list_presets", is_flag=True, help="Name the presets and stop.")
def new(preset: str, out: Path | None, list_presets: bool) -> None:
    """Print, or write, a commented config to start from."""
    from orgsim.config import copy_preset, preset_names, preset_path

    if list_presets:
        click.echo("\n".join(preset_names()))
    elif out is None:
        click.echo(preset_path(preset).read_text(encoding="utf-8"), nl=False)
    else:
        copy_preset(preset, out)
        click.echo(f"{out}: written; next: orgsim run {out}")


@click.command()
@click.argument("what", required=False, metavar="[SECTION|PARAMETER]")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--markdown", is_flag=True, help="Print Markdown tables.")
def parameters(what: str | None, as_json: bool, markdown: bool) -> None:
    """List parameters: default, range, meaning, source."""
    from orgsim.report import parameters as table

    rows = table.select(what)
    if as_json:
        click.echo(json.dumps(table.as_rows(rows), indent=2, ensure_ascii=False))
    elif markdown:
        click.echo(table.as_markdown(rows), nl=False)
    else:
        table.print_parameters(rows)


@click.command()
@click.option("--out", type=PATH, help="Write to a file instead.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of configs, for editors."""
    from orgsim.config import json_schema
    from orgsim.store.atomic import write_text

    text = json.dumps(json_schema(), indent=2) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_text(out, text)
        click.echo(f"{out}: written")
