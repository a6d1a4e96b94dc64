"""What tests of the command line share."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from orgsim.cli import main


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Run a command in a directory of its own; return what it prints, given its exit code."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments, code=0):
        result = CliRunner().invoke(main, [str(a) for a in arguments])
        unexpected = result.exception and not isinstance(result.exception, SystemExit)
        assert not unexpected, result.exception
        assert result.exit_code == code, result.output
        return result.output

    return command
