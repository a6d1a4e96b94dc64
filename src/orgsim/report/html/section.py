"""What the page is made of: sections, each a template with what it tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes
    ----------
    id : str
        What the contents link to.
    title : str
    template : str
        File in ``templates``, without its endings.
    content : mapping
        What the template tells, by name.
    """

    id: str
    title: str
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)
