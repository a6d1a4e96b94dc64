"""One firm replayed from its keys: its quarters, its people, and why it ended where it did."""

from orgsim.trace.events import KINDS, Event, events_of
from orgsim.trace.explanation import decisive
from orgsim.trace.history import History
from orgsim.trace.replay import replay

__all__ = ["KINDS", "Event", "History", "decisive", "events_of", "replay"]
