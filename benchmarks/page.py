"""``docs/performance.md`` and its picture, made from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.aims import aims
from benchmarks.bound import A_QUARTER, ENCOUNTER, LEARNING, SPLIT
from benchmarks.tables import spread, table, wrapped

HERE = Path(__file__).resolve().parent
TRIED = HERE / "tried.md"
DOCS = HERE.parent / "docs"
PAGE = DOCS / "performance.md"
PICTURE = DOCS / "performance-scaling.svg"

HEAD = """# Performance

Made by `make bench` from `benchmarks/measured.json`; the words are in `benchmarks/page.py`.
Times are medians over launches, each a new process, with the smallest and the largest in brackets:
two processes differ by some percent by where their memory lies. An *agent-quarter* is one
person living through one quarter of the full model with its default settings (20 + 20 people, 40
quarters, 6 encounters)."""

PEOPLE, FIRMS, ONCE = "people", "firms and chiefs", "founding, means and records"
STAGES = {
    "encounter draws": (PEOPLE, "encounters: random numbers"),
    "partners": (PEOPLE, "encounters: looking up partners"),
    "encounters": (PEOPLE, "encounters: what comes of them"),
    "meetings prepared": (PEOPLE, "encounters: what partners see, tasks counted"),
    "joint_tasks": (PEOPLE, "encounters: the last count"),
    "colleagues": (PEOPLE, "attitudes: looking up colleagues"),
    "attitudes": (PEOPLE, "attitudes: random numbers, threat, influence"),
    "competence": (PEOPLE, "learning and training"),
    "turnover": (PEOPLE, "exits and recruits"),
    "environment": (FIRMS, "exposure to demand"),
    "contacts": (FIRMS, "contact that chiefs add"),
    "chain of command": (FIRMS, "chain of command"),
    "capability": (FIRMS, "capability, authority, performance"),
    "reorganisation": (FIRMS, "reorganisation"),
    "succession": (FIRMS, "succession of chiefs"),
    "founding": (ONCE, "founding firms, drawing their people"),
    "observation": (ONCE, "department means"),
    "aggregates": (ONCE, "aggregates of the quarter"),
    "records": (ONCE, "records, histograms, their memory"),
}
"""Of the clock: whose time it is, and what for, by the name of a reading."""

ORDER = ("peers", "roofline", "latency", "scaling", "firms", "sweeps")


def machine(found: Mapping[str, Any]) -> str:
    """Return sentences about the machine, how often it was asked, and how busy it was."""
    m = found["machine"]
    before, after = found["load"]
    return wrapped(
        f"Measured on {m['processor']} (LLVM: {m['llvm_target']}, {m['vectors']}), "
        f"{m['cores']} cores, {m['memory_gib']} GiB, {m['system']}, "
        f"Python {m['python']}, numba {m['numba']}, "
        f"NumPy {m['numpy']}. Medians over {found['launches']} launches; the load average was "
        f"{before:.1f} before and {after:.1f} after."
    )


def peers(found: Mapping[str, Any]) -> str:
    """Return the section about the race."""
    rows = []
    for peer in sorted(found["peers"].values(), key=lambda peer: peer["nanoseconds"]["median"]):
        nanoseconds = peer["nanoseconds"]["median"]
        agreement = peer["agreement"]
        rows.append(
            [
                peer["title"],
                peer["version"],
                f"{1e9 / nanoseconds:,.0f}",
                spread(peer["nanoseconds"]),
                spread(peer["ratio"]) if agreement else "1",
                spread(peer["start_up"]),
                f"{agreement['p_value']:.2f}, {agreement['firms']:,}" if agreement else "",
            ]
        )
    header = [
        "", "version", "agent-quarters a second", "ns an agent-quarter", "times orgsim's",
        "start-up, s", "agreement: p, firms",
    ]  # fmt: skip
    for title, why in found["left_out"].items():
        rows.append([title, f"not timed: {why}", *[""] * (len(header) - 2)])
    version = found["model_version"]
    return f"""## Beside other ways to run the same model

{machine(found)}

{table(header, rows, left=2)}

One core each (pinned), launched in turn, round by round; the ratios are taken within each round. A
port (`benchmarks/peers`) runs the same full model, version {version} of it, written as users of
that framework would at its best (*plain C*: loops over people, left to the compiler), and is timed
only if its firms agree with the engine's: the smallest p-value over the scenarios' counts
(chi-square) and the means of eighteen outcomes (t tests), times their number, is shown beside the
number of the port's firms; below 0.001 a port is not timed.
*Start-up* is importing, preparing and, where there is any, compiling or loading what was compiled;
it is not part of the times."""


def roofline(found: Mapping[str, Any]) -> str:
    """Return the section about the yardstick."""
    rows = [
        [
            title,
            spread(target["word"], 2),
            f"{target['yardstick']:.1f}",
            spread(target["whole"]),
            f"{target['ratio']:.2f}",
        ]
        for title, target in found["targets"].items()
    ]
    header = ["", "ns a word", "yardstick, ns", "engine, ns an agent-quarter", "ratio"]
    word = found["targets"]["this processor"]["word"]["median"]
    whole = found["targets"]["this processor"]["whole"]["median"]
    return f"""## Against what the machine allows

{machine(found)}

By section 7 of [the model](model.md) an agent-quarter takes {found["decisions"]} random
decisions: of each encounter, whether it is across departments, the pick of the partner, whether
the person cooperates and whether the partner does; and the pick of a colleague, and whether to
leave. One 32-bit word of Philox4x32-10 in a bare vectorised loop, times that number, is the
yardstick.

{table(header, rows)}

The engine draws {found["words"]:.0f} words for those {found["decisions"]} decisions: a word picks a
partner or colleague, and what it leaves over is the one coin for the rest of the encounter,
or of the exit. At the price of the bare loop that is {found["words"] * word:.1f} ns of
{whole:.1f}.

{by_the_clock(found)}

{the_floor(found)}"""


def by_the_clock(found: Mapping[str, Any]) -> str:
    """Return the part about where the time goes."""
    stages = dict(found["stages"])
    clock = stages.pop("the clock")
    total = sum(stage["median"] for stage in stages.values())
    rows = [
        [title, subject, spread(stages[name], 2), f"{100 * stages[name]['median'] / total:.0f} %"]
        for name, (subject, title) in STAGES.items()
    ]
    of = {
        subject: sum(stages[name]["median"] for name, (s, _) in STAGES.items() if s == subject)
        for subject in dict.fromkeys(subject for subject, _ in STAGES.values())
    }
    shares = ", ".join(f"{subject} {value:.1f} ns" for subject, value in of.items())
    whole = found["targets"]["this processor"]["whole"]["median"]
    clocked = found["clocked"]["median"]
    told = f"""By the processor's counter of cycles, read between the steps of a quarter, and
between the rules of a step where that is simple, in a kernel compiled once of the same steps; its
results were the engine's, bit for bit. Cycles became nanoseconds by the processor time of all. What
reading the clock took, {clock["median"]:.2f} ns, is taken off; with it, an agent-quarter took
{clocked:.1f} ns, and {whole:.1f} without a clock. Altogether {shares} of {total:.1f}."""
    return f"""### Where the time goes

{wrapped(told)}

{table(["", "of", "ns an agent-quarter", "of all"], rows, left=2)}"""


def the_floor(found: Mapping[str, Any]) -> str:
    """Return the part about what no program on one core could do without."""
    floor = found["targets"]["this processor"]["floor"]
    rows = [
        [
            title,
            f"{floor['counts'][name]:,.0f}",
            spread(floor["prices"][name], 3),
            f"{floor['nanoseconds'][name]:.1f}",
        ]
        for name, title in (
            ("word", "words of Philox"),
            ("look-up", "look-ups of partners and colleagues"),
            ("operation", "other operations on a number"),
        )
    ]
    counted = [
        *(f"{w.title} ({w.terms}) {w.operations}" for w in (SPLIT, ENCOUNTER, LEARNING)),
        *(f"{w.title} ({w.terms}) {w.operations}" for w in A_QUARTER),
    ]
    end = f"""The vector units have words and operations to do one after the other:
{floor["vectors"]:.1f} ns. Look-ups use other units and may overlap with that in part; one after
the other all is {floor["all"]:.1f} ns. What firms, founding and recruiting take comes on top.
Counted, on numbers of 32 bits and without contracting products and sums: {"; ".join(counted)}."""
    return f"""### A floor

An estimate of what people alone take on one core in any program that draws by Philox: work counted
in the rules, at the price of each in a bare loop whose data are in the nearest cache.

{table(["", "an agent-quarter", "ns each", "ns"], rows)}

{wrapped(end)}"""


def scaling(found: Mapping[str, Any]) -> str:
    """Return the section about growth."""
    threads = found["threads"]
    free = threads["free_cores"]["ratio"]

    def curve(key: str) -> str:
        rows = [
            [f"{p[key]:,}", spread(p["nanoseconds"]), f"{p['peak_mib']:,.0f}"] for p in found[key]
        ]
        return table([key, "ns an agent-quarter", "peak MiB"], rows, left=0)

    lanes = f"\n\n### Firms in lockstep\n\n{curve('lanes')}" if found["lanes"] else ""
    return f"""## How time and memory grow

{machine(found)}

**Cost law.** Time is proportional to firms x quarters, and in each of them to people and a firm:
{cost_of_a_firm(found["firm"])}
Founding a firm and drawing its people is spread over its quarters, so very short runs pay more for
each. From some two thousand people on a block no longer fits the second-level cache. Memory depends
on the size of a block and of a part of the result, not on the number of firms. (Peaks of processes
that had to compile the kernel first for their number of lanes, or that hold a record of very many
small firms, are higher: here the bare engine returns all records at once.)

### Threads

{threads["firms"]:,} firms take {spread(threads["seconds"][0], 2)} s with one thread and
{spread(threads["seconds"][1], 2)} s with two: {spread(threads["speedup"], 2)} times as fast, in
pairs of launches, on the wall. Were both cores free? A bare Python loop took {free:.2f} times as
long when a second ran beside it as alone (1 is two free cores); the load average before was
{threads["load_before"]:.2f}.

### Staff (one thread, processor time, both departments)

{curve("staff")}

### Quarters (one thread, processor time)

{curve("quarters")}{lanes}"""


def cost_of_a_firm(found: Mapping[str, Any]) -> str:
    """Return sentences about what a firm-quarter takes, and a person in it."""
    sizes = ", ".join(str(n) for n in found["sizes"])
    firm, person = (spread(found[name], digits) for name, digits in (("firm", 0), ("person", 1)))
    small = found["firm"]["median"] / found["sizes"][0]
    return f"""a firm-quarter takes {firm} ns besides its people, and each of them
{person} ns (a straight line through {sizes} people, a line a round). With
{found["sizes"][0]} people a firm that is {small:.0f} ns for each besides his own time."""


def firms(found: Mapping[str, Any]) -> str:
    """Return the section about runs of more and more firms."""
    rows = [
        [
            f"{p['firms']:,}",
            f"{p['quarters']}",
            f"{p['launches']}",
            spread(p["wall"]) if p["launches"] > 1 else f"{p['seconds']:.1f}",
            f"{p['cpu_seconds']:.1f}",
            f"{p['peak_mib']:,.0f}",
            f"{p['written_mib']:,.1f}",
            f"{100 * p['writing'] / p['simulating']:.0f} %",
        ]
        for p in found["runs"]
    ]
    header = [
        "firms", "quarters", "launches", "wall s", "processor s", "peak MiB", "written MiB",
        "writing / simulating",
    ]  # fmt: skip
    return f"""## From a thousand firms to a hundred million

{machine(found)}

`orgsim run` with the default model, all threads, everything written; a hundred million firms, whose
rows would be 20 GB, live for a year, and shares and quarters alone are written. *Writing* and
*simulating* are as the run's manifest had them at the time.

{table(header, rows, left=0)}

![Time by staff and by quarters, time and memory by firms](performance-scaling.svg)"""


def sweeps(found: Mapping[str, Any]) -> str:
    """Return the section about sweeps."""
    rows = [
        [
            title,
            f"{s['firms'] / s['bare']['median']:,.0f}",
            spread(s["threads_of_bare"], 2),
            spread(s["dask_of_threads"], 2),
        ]
        for title, s in found["sweeps"].items()
    ]
    workers = found["workers"]
    header = ["", "bare engine, firms a second", "sweep / bare", "Dask / threads"]
    return f"""## What a sweep keeps

{machine(found)}

{table(header, rows)}

Throughput of `orgsim sweep` by {workers} threads over that of the bare engine by as many, which has
its plans made and hashes, summarises and writes nothing; and throughput of {workers} local workers
of Dask over that of {workers} threads. Ratios are taken within rounds. Beside that, once a command:
starting Dask and its workers took {spread(found["dask_start"])} s, their first parts with loading
the kernel {spread(found["dask_first"])} s. In the
last row the mean of a distribution is swept, and every point has a table of its own to be
tabulated, which the bare engine is spared."""


def latency(found: Mapping[str, Any]) -> str:
    """Return the section about waiting."""
    rows = [
        [title, spread(seconds["processor"], 2), spread(seconds["wall"], 2)]
        for title, seconds in found["seconds"].items()
    ]
    return f"""## What one waits for

{machine(found)}

{table(["", "s of the processor", "s by the clock"], rows)}"""


SECTIONS = {
    "peers": peers,
    "roofline": roofline,
    "latency": latency,
    "scaling": scaling,
    "firms": firms,
    "sweeps": sweeps,
}


def write(measured: Mapping[str, Any]) -> str:
    """Return the page, of the parts that were measured."""
    parts = [SECTIONS[name](measured[name]) for name in ORDER if name in measured]
    complete = all(name in measured for name in ORDER) and len(measured["firms"]["runs"]) > 1
    return "\n\n".join(
        [HEAD, *([aims(measured)] if complete else []), *parts, TRIED.read_text(encoding="utf-8")]
    )


def save(text: str, measured: Mapping[str, Any]) -> None:
    """Write the page and its picture."""
    PAGE.write_text(text, encoding="utf-8")
    if "scaling" in measured and "firms" in measured:
        draw(measured["scaling"], measured["firms"]["runs"])


def draw(found: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> None:
    """Draw time by staff and by quarters, and time and memory by firms."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams |= {"svg.hashsalt": "orgsim", "font.size": 9, "axes.spines.top": False}
    figure, axes = plt.subplots(1, 3, figsize=(9.5, 3.0), layout="constrained")
    for ax, key, label in ((axes[0], "staff", "staff"), (axes[1], "quarters", "quarters")):
        points = found[key]
        medians = [p["nanoseconds"]["median"] for p in points]
        bars = [
            [m - p["nanoseconds"]["low"] for m, p in zip(medians, points, strict=True)],
            [p["nanoseconds"]["high"] - m for m, p in zip(medians, points, strict=True)],
        ]
        ax.errorbar([p[key] for p in points], medians, bars, marker="o", color="#20639b")
        ax.set(xscale="log", xlabel=label, ylabel="ns an agent-quarter", ylim=(0, None))
    firms = [p["firms"] for p in runs]
    whole = [p for p in runs if p["quarters"] == 40]
    axes[2].plot(
        [p["firms"] for p in whole], [p["seconds"] for p in whole], marker="o", color="#20639b"
    )
    axes[2].set(xscale="log", yscale="log", xlabel="firms", ylabel="seconds")
    memory = axes[2].twinx()
    memory.plot(firms, [p["peak_mib"] for p in runs], marker="s", ls="--", color="#c0392b")
    memory.set(ylim=(0, None))
    memory.set_ylabel("peak MiB (dashed)", color="#c0392b")
    figure.savefig(PICTURE, metadata={"Date": None})
    plt.close(figure)
