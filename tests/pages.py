"""A page of HTML taken apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

EMPTY = {"area", "br", "img", "input", "link", "meta", "hr"}


class Page(HTMLParser):
    """A page taken apart; every element must be closed, in order."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.source = text
        self.open, self.elements, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), tag
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.texts.append((tuple(self.open), text))

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, *within):
        """All text within elements, white space made one blank."""
        found = "".join(t for path, t in self.texts if set(within) <= set(path))
        return re.sub(r"\s+", " ", found)

    def headings(self):
        return [
            (int(path[-1][1]), text.strip())
            for path, text in self.texts
            if path and re.fullmatch(r"h\d", path[-1])
        ]
