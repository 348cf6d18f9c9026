"""Record what the default model reaches on real postings: ``python tools/release.py SET.jsonl…``.

Run it for a release, after ``accuracy.py``, ``learning_curve.py`` and ``explanations.py`` of ``benchmarks``.
It writes ``models/release.json`` and the card of the default model, which shows the record. The real postings
are not part of the project, so nobody else can measure on them; a test compares the record where they are at
hand.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from rolefit.classify import default_model
from rolefit.model.classifier import Model
from rolefit.training.card import write_card
from rolefit.training.evaluation import evaluate
from rolefit.training.labelled import load_labelled

PROJECT = Path(__file__).resolve().parents[1]
RECORD = PROJECT / "models" / "release.json"
RESULTS = PROJECT / "benchmarks" / "results"

# Names and origins of the sets, by the digest of their file: the record must say what was chosen on which.
SETS = {
    "4513e99792e0f3f9f759dce135e9d6a49346ea0d3fcdd729588634dc2c609e4c": (
        "real postings A",
        "from eight sources, 2019 to 2026; prior, context and decision were chosen on these and the next",
    ),
    "8aacfdff3d49775cf4277ef6571654a7c95096307d0fad1eb6b5afea8aeed110": (
        "real postings B",
        "from six other sources; prior, context and decision were chosen on these and the others",
    ),
}


def measured(model: Model, path: Path) -> dict[str, Any]:
    """Measure a model on a file of labelled postings, as the record keeps it: by the texts alone.

    The titles were hidden from the readers who labelled them.
    """
    digest = sha256(path.read_bytes()).hexdigest()
    name, about = SETS.get(digest, (path.stem, ""))
    return {
        "about": about,
        "sha256": digest,
        **evaluate(model, load_labelled(path, titles=False)).to_manifest(name),
    }


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Keep what the card shows of a system of the comparison."""
    names = ("system", "label_kappa", "label_accuracy", "speed_ratio")
    kept = {key: value for key, value in row.items() if key in names or key.startswith("line_f1_")}
    return {**kept, "intervals": {"label_kappa": row["intervals"]["label_kappa"]}}


def benchmark(name: str) -> dict[str, Any]:
    """Read a result of the benchmarks."""
    result: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labelled", nargs="+", type=Path, metavar="SET.jsonl", help="real labelled postings")
    arguments = parser.parse_args()
    model = default_model()
    systems, curve = benchmark("accuracy"), benchmark("learning_curve")
    explained = benchmark("explanations")
    if systems["model"] != model.name:
        raise SystemExit(
            f"accuracy.json was measured with {systems['model']}; run benchmarks/accuracy.py again"
        )
    if explained["model"] != model.name:
        raise SystemExit("explanations.json is of another model; run benchmarks/explanations.py again")
    if curve["corpus_sha256"] != model.manifest["corpus_sha256"]:
        raise SystemExit("learning_curve.json is of another corpus; run benchmarks/learning_curve.py again")
    record = {
        "rolefit": model.manifest["rolefit"],
        "date": datetime.now(UTC).date().isoformat(),
        "model": model.name,
        **{name: model.manifest[name] for name in ("weights_sha256", "context", "decision")},
        "corpus_sha256": model.manifest["corpus_sha256"],
        "roles": list(model.roles),
        "sets": [measured(model, path) for path in arguments.labelled],
        "systems": [shown(row) for row in systems["systems"]],
        "curve": curve["curve"],
        "explanations": {name: explained[name] for name in ("model", "shares", "decided")},
    }
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(RECORD)
    print(write_card(model))


if __name__ == "__main__":
    main()
