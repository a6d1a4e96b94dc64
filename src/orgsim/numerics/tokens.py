"""What of Python's source means something, the same on every Python."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator

_UNSEEN = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
_LAYOUT = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
_FSTRING_START = getattr(tokenize, "FSTRING_START", -1)  # from Python 3.12 on
_FSTRING_END = getattr(tokenize, "FSTRING_END", -1)


def significant_tokens(text: str) -> list[str]:
    r"""Return the tokens of Python's source that mean something, the same on every Python.

    Indentation is a token of its own, whatever its width; an f-string is one, as it stands.

    Examples
    --------
    >>> significant_tokens("def f(x):\n  '''Return it.'''\n  # why\n\n  return x")[:5]
    ['def', 'f', '(', 'x', ')']
    """
    lines = text.splitlines(keepends=True)
    whole = list(_with_whole_strings(tokenize.generate_tokens(io.StringIO(text).readline), lines))
    found = []
    for i, (kind, word) in enumerate(whole):
        before = whole[i - 1][0] if i else tokenize.NEWLINE
        after = whole[i + 1][0] if i + 1 < len(whole) else tokenize.NEWLINE
        if kind == tokenize.STRING and before in _LAYOUT and after == tokenize.NEWLINE:
            continue  # a string that nothing is done with: a docstring
        if kind == tokenize.NEWLINE and (before in _LAYOUT or _is_docstring(whole, i - 1)):
            continue
        found.append(tokenize.tok_name[kind] if kind in _LAYOUT else word)
    return found


def _is_docstring(whole: list[tuple[int, str]], i: int) -> bool:
    """Whether the token before the end of a line is all that stands there, and a string."""
    before = whole[i - 1][0] if i > 0 else tokenize.NEWLINE
    return whole[i][0] == tokenize.STRING and before in _LAYOUT


def _with_whole_strings(
    tokens: Iterable[tokenize.TokenInfo], lines: list[str]
) -> Iterator[tuple[int, str]]:
    """Yield kinds and words of tokens; f-strings whole, as up to Python 3.11."""
    depth, start = 0, (0, 0)
    for token in tokens:
        if token.type == _FSTRING_START:
            start = start if depth else token.start
            depth += 1
        elif token.type == _FSTRING_END:
            depth -= 1
            if not depth:
                yield tokenize.STRING, _between(lines, start, token.end)
        elif not depth and token.type not in _UNSEEN:
            yield token.type, token.string


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text from one place, line from 1 and column, to another."""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    first, last = lines[start[0] - 1][start[1] :], lines[end[0] - 1][: end[1]]
    return "".join((first, *lines[start[0] : end[0] - 1], last))
