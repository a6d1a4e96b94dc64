"""``python -m orgsim`` is ``orgsim``."""

from orgsim.cli import main

main(prog_name="orgsim")
