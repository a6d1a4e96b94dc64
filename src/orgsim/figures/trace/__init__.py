"""Pictures of one firm: its course over the quarters, and its organisation before and after."""

from orgsim.figures.trace.course import Course, Mark
from orgsim.figures.trace.organisation import Box, Chart, organisation
from orgsim.figures.trace.timeline import timeline

__all__ = ["Box", "Chart", "Course", "Mark", "organisation", "timeline"]
