"""Pictures of one firm: its timeline over the quarters, and its organisation before and after."""

from orgsim.figures.trace.organisation import Box, Chart, organisation
from orgsim.figures.trace.timeline import timeline
from orgsim.figures.trace.timeline_data import Mark, TimelineData

__all__ = ["Box", "Chart", "Mark", "TimelineData", "organisation", "timeline"]
