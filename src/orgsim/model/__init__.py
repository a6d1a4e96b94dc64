"""The model: firms whose two departments meet the digital transformation.

What it declares costs no compiler. The rules are one file each; ``rules`` hands them to the
engine, and ``MODEL.steps`` lists them in the order of events. ``docs/model.md`` is the whole
description, in ODD form.
"""

from orgsim.model.declaration import MODEL

__all__ = ["MODEL"]
