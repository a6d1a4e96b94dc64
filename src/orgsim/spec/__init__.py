"""What a model declares: parameters, columns, outcomes, tallies, the order of its steps.

The platform (configs, designs, engine, store, execution, analysis) is handed a :class:`Model` and
knows none by itself. Declaring costs no compiler: the rules stand in a module that is imported when
firms are simulated, see :class:`Rules`.
"""

from orgsim.spec.model import QUANTILES, SIMULATION, Model, as_model, imported
from orgsim.spec.output import Column, CountedShare, OtherSplit, Outcome, Series, Tally
from orgsim.spec.parameter import JointRule, Parameter, in_range
from orgsim.spec.rules import Rules

__all__ = [
    "QUANTILES",
    "SIMULATION",
    "Column",
    "CountedShare",
    "JointRule",
    "Model",
    "OtherSplit",
    "Outcome",
    "Parameter",
    "Rules",
    "Series",
    "Tally",
    "as_model",
    "imported",
    "in_range",
]
