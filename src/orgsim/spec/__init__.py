"""What a model declares: parameters, columns, outcomes, tallies, the order of its steps.

The platform (configs, designs, engine, store, execution, analysis) is handed a :class:`Model` and
knows none by itself. Declaring costs no compiler: the rules stand in a module that is imported when
firms are simulated, see :class:`Rules`.
"""

from orgsim.spec.model import QUANTILES, Model, as_model, imported
from orgsim.spec.named_output import NamedOutput
from orgsim.spec.output import Column, CountedShare, OtherSplit, Outcome, Series, Tally
from orgsim.spec.parameter import Earlier, JointRule, Parameter, Plausible, in_range
from orgsim.spec.problems import SIMULATION
from orgsim.spec.rules import Rules
from orgsim.spec.schedule import Segment, segments
from orgsim.spec.twin import Twin

__all__ = [
    "QUANTILES",
    "SIMULATION",
    "Column",
    "CountedShare",
    "Earlier",
    "JointRule",
    "Model",
    "NamedOutput",
    "OtherSplit",
    "Outcome",
    "Parameter",
    "Plausible",
    "Rules",
    "Segment",
    "Series",
    "Tally",
    "Twin",
    "as_model",
    "imported",
    "in_range",
    "segments",
]
