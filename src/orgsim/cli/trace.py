"""The command that replays single firms."""

from __future__ import annotations

from pathlib import Path

import click

from orgsim.cli.options import PATH, format_option, overwrite_option, point_option, print_json


@click.command()
@click.argument("directory", type=PATH)
@click.option("--firm", "firms", type=int, multiple=True, help="Its number; may be repeated.")
@click.option(
    "--scenario",
    metavar="NAME",
    help="Instead: the typical firm of those that ended as cemo, cmto, cmo_and_cto or cmo_vs_cto.",
)
@point_option
@format_option
@click.option("--out", type=PATH, help="Where to.  [default: DIRECTORY/traces]")
@overwrite_option
@click.option("--json", "as_json", is_flag=True, help="Print the stories as JSON, an array.")
def trace(
    directory: Path,
    firms: tuple[int, ...],
    scenario: str | None,
    point: int | None,
    kind: str,
    out: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    """Replay a firm quarter by quarter, and tell why it ended where it did.

    Writes its story, pictures, and tables of its people and quarters. Pictures
    need matplotlib: pip install 'orgsim[plot]'.
    """
    from orgsim.figures.picture import has_matplotlib
    from orgsim.report.trace import print_trace, replaying, trace_as_dict
    from orgsim.results import Run
    from orgsim.results.firm_check import refuse_no_such_firm
    from orgsim.results.tracing import trace_firm, typical_firm

    if bool(firms) == (scenario is not None):
        raise click.UsageError("say which: either --firm K, or --scenario NAME")
    run = Run(directory)
    setting = run[run.one_point(point)]
    setting.source.refuse_unfinished()
    chosen = firms if scenario is None else (typical_firm(setting, scenario),)
    notes = [] if has_matplotlib() else ["For pictures: pip install 'orgsim[plot]'."]
    for firm in chosen:  # all of them before the first is replayed
        refuse_no_such_firm(setting, firm)
    told = []
    for i, firm in enumerate(dict.fromkeys(chosen)):
        story = trace_firm(setting, firm, on_progress=replaying())
        folder = None if out is None else out / story.folder_name
        files = story.write(folder, kind=kind, overwrite=overwrite)
        if as_json:
            told.append(trace_as_dict(story, files))
            continue
        if i:
            click.echo()
        print_trace(story, notes=notes, files=files)
    if as_json:
        print_json(told)
