"""One experiment: plan it, run it, stop it, take it up again, share it out."""

from orgsim.experiment.engines import Engine, threads_engine
from orgsim.experiment.mending import begun_config, merge, resume
from orgsim.experiment.plan import Experiment
from orgsim.experiment.progress import Progress, Silent
from orgsim.experiment.running import run, sweep

__all__ = [
    "Engine",
    "Experiment",
    "Progress",
    "Silent",
    "begun_config",
    "merge",
    "resume",
    "run",
    "sweep",
    "threads_engine",
]
