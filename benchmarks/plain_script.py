"""What somebody writes who needs labels by tomorrow: pandas, a regular expression, the pipeline, to_csv.

    python benchmarks/plain_script.py IN.csv OUT.csv

`files.py` times it beside ``rolefit score``, with the shipped pipeline, which stands for any model of lines.
"""

import sys

import joblib
import pandas

FEWEST, BALANCED = 2, 0.35
"""Lines of a role that a label needs, and the share from which both roles count."""


def main() -> None:
    source, out, pipeline = sys.argv[1:]
    postings = pandas.read_csv(source)
    lines = (
        postings["description"]
        .fillna("")
        .str.split(r"\n+|(?<=[.!?])\s+(?=[A-Z])", regex=True)
        .explode()
        .str.strip(" \t-*•")
    )
    lines = lines[lines.str.len() > 2]
    model = joblib.load(pipeline)
    classes = list(model.classes_)
    shares = pandas.DataFrame(model.predict_proba(lines.to_list()), columns=classes, index=lines.index)
    role = shares.idxmax(axis=1)
    counts = role.groupby([role.index, role]).size().unstack(fill_value=0)
    counts = counts.reindex(index=postings.index, columns=classes, fill_value=0)
    total = counts["PM"] + counts["PO"]
    share = counts["PM"] / total.where(total > 0)
    postings["label"] = "unclear"
    postings.loc[(total >= FEWEST) & (share > 1 - BALANCED), "label"] = "PM-like"
    postings.loc[(total >= FEWEST) & (share < BALANCED), "label"] = "PO-like"
    postings.loc[(total >= FEWEST) & share.between(BALANCED, 1 - BALANCED), "label"] = "mixed"
    lines = lines[role.isin(["PM", "PO"])]
    evidence = lines.groupby(level=0).agg("\n".join)
    postings["evidence"] = evidence.reindex(postings.index)
    postings.to_csv(out, index=False)


if __name__ == "__main__":
    main()
