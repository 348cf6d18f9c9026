"""On local clusters of Dask, Spark and Ray: the same rows and verdicts, also when a worker dies halfway."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from helpers.paths import PROJECT

import rolefit

COUNT = 400

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # the engines warn about one another


@pytest.fixture(scope="module")
def texts() -> list[str]:
    spec = importlib.util.spec_from_file_location("generated", PROJECT / "benchmarks" / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    generated: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    made = [posting.text for posting in itertools.islice(generated.postings(), COUNT - 2)]
    return ["", *made, "Nur ein Satz auf Deutsch, und der sagt nichts."]


@pytest.fixture(scope="module")
def expected(texts: list[str]) -> list[dict[str, Any]]:
    return [essence(verdict) for verdict in rolefit.classify_many(texts)]


@pytest.fixture(scope="module")
def frame(texts: list[str]) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(
        {"id": [f"row {i}" for i in range(len(texts))], "title": "Product Owner", "description": texts}
    )


@pytest.fixture(scope="module")
def scored(frame: Any) -> Any:
    from rolefit.tables.frames import score_frame

    return score_frame(frame)


@pytest.fixture(scope="module")
def dask_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    scratch = tmp_path_factory.mktemp("dask")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(scratch)
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java 17 or newer")
    sql = pytest.importorskip("pyspark.sql")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = sql.SparkSession.builder.master("local[2,4]")  # two workers, up to four tries for each task
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def ray(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    engine = pytest.importorskip("ray")
    engine.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    yield engine
    engine.shutdown()


def essence(verdict: rolefit.Verdict) -> dict[str, Any]:
    """What has to be the same to the last bit, evidence that is worked out when asked for included."""
    return {
        "label": verdict.label,
        "balance": verdict.balance,
        "probabilities": dict(verdict.probabilities),
        "reason": verdict.reason,
        "lines": [(r.start, r.end, r.role, r.contribution, r.log_odds) for r in verdict.responsibilities],
        "first": [(r.theme, r.deletion_effect, r.terms) for r in verdict.responsibilities[:1]],
    }


def dying_once(marker: Path, function: Any) -> Any:
    """The function, which at its first call anywhere takes the whole process with it."""

    def run(value: Any) -> Any:
        import os
        import signal

        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return function(value)
        return os.kill(os.getpid(), signal.SIGKILL)

    return run


def same(found: Any, expected: Any) -> None:
    """The same rows in any order, with the same values to the last bit; text has the type of the engine."""
    by_row = [
        frame.assign(number=frame["id"].str[4:].astype(int)).sort_values("number").reset_index(drop=True)
        for frame in (found, expected)
    ]
    assert list(by_row[0].columns) == list(by_row[1].columns)
    left, right = (frame.astype(object).where(frame.notna(), None).to_dict("list") for frame in by_row)
    assert left == right


# -- Dask ----------------------------------------------------------------------------------------------------


def test_classify_many_on_dask_gives_the_same_verdicts(texts, expected, dask_client):
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend="dask"):
        assert [essence(verdict) for verdict in rolefit.classify_many(texts, n_jobs=2)] == expected


def test_a_dask_worker_loads_the_model_once(texts, dask_client, tiny_folder):
    joblib = pytest.importorskip("joblib")

    def count_loads() -> None:
        from rolefit.model.classifier import Model

        load, Model.loads = Model.load.__func__, 0

        def counted(cls: Any, path: Any) -> Any:
            Model.loads += 1
            return load(cls, path)

        Model.load = classmethod(counted)

    def loads() -> int:
        from rolefit.model.classifier import Model

        return Model.loads

    dask_client.run(count_loads)
    model = rolefit.load_model(tiny_folder)
    for _ in range(3):
        with joblib.parallel_config(backend="dask"):
            assert sum(1 for _ in model.classify_many(texts, n_jobs=2)) == len(texts)
    assert max(dask_client.run(loads).values()) == 1


def test_a_folder_that_got_another_model_is_read_again(texts, tiny_model, tiny_folder, dask_client):
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend="dask"):
        before = [essence(v) for v in rolefit.load_model(tiny_folder).classify_many(texts, n_jobs=2)]
        other = {**tiny_model.manifest, "context": {"kinds": {"duties": -3.0}, "neighbours": 2.0}}
        rolefit.Model(tiny_model.weights, other).save(tiny_folder)
        changed = rolefit.load_model(tiny_folder)
        after = [essence(v) for v in changed.classify_many(texts, n_jobs=2)]
    assert after == [essence(v) for v in changed.classify_many(texts)]
    assert after != before


def test_a_dask_worker_killed_under_classify_many_loses_nothing(texts, expected, dask_client):
    joblib = pytest.importorskip("joblib")
    with joblib.parallel_config(backend="dask"):
        verdicts = rolefit.classify_many(itertools.chain(texts, texts, texts), n_jobs=2)
        found = [essence(next(verdicts))]
        nanny = dask_client.cluster.workers[0]
        os.kill(nanny.pid, 9)
        found += [essence(verdict) for verdict in verdicts]
    assert found == expected * 3


def test_dask_map_partitions_gives_the_same_rows(frame, scored, dask_client):
    dataframe = pytest.importorskip("dask.dataframe")
    from rolefit.tables.frames import score_frame

    split = dataframe.from_pandas(frame, npartitions=8, sort=False)
    found = split.map_partitions(score_frame, meta=score_frame(frame.head(0))).compute()
    same(found, scored)


def test_dask_in_threads_of_one_process_gives_the_same_rows(frame, scored):
    dataframe = pytest.importorskip("dask.dataframe")
    from rolefit.tables.frames import score_frame

    split = dataframe.from_pandas(frame, npartitions=8, sort=False)
    same(
        split.map_partitions(score_frame, meta=score_frame(frame.head(0))).compute(scheduler="threads"),
        scored,
    )


def test_a_dask_worker_killed_under_map_partitions_loses_nothing(frame, scored, dask_client, tmp_path):
    dataframe = pytest.importorskip("dask.dataframe")
    from rolefit.tables.frames import score_frame

    split = dataframe.from_pandas(frame, npartitions=8, sort=False)
    found = split.map_partitions(
        dying_once(tmp_path / "died", score_frame), meta=score_frame(frame.head(0))
    ).compute()
    assert (tmp_path / "died").exists()
    same(found, scored)


# -- Spark ---------------------------------------------------------------------------------------------------


def to_spark(spark: Any, frame: Any) -> Any:
    return spark.createDataFrame(
        list(frame.itertuples(index=False, name=None)), list(frame.columns)
    ).repartition(4)


@pytest.mark.spark
def test_classify_many_on_spark_gives_the_same_verdicts(texts, expected, spark):
    joblib = pytest.importorskip("joblib")
    pytest.importorskip("joblibspark").register_spark()
    with joblib.parallel_config(backend="spark"):
        assert [essence(verdict) for verdict in rolefit.classify_many(texts, n_jobs=2)] == expected


@pytest.mark.spark
def test_spark_map_in_pandas_gives_the_same_rows(frame, scored, spark):
    from rolefit.tables.frames import score_frames, spark_schema

    given = to_spark(spark, frame)
    found = given.mapInPandas(score_frames, spark_schema(given))
    same(to_pandas(found), scored)


@pytest.mark.spark
def test_a_spark_worker_loads_the_model_once(frame, spark, tiny_folder):
    folder = str(tiny_folder)

    def counting(parts: Iterator[Any]) -> Iterator[Any]:
        import os

        import pandas

        from rolefit.model.classifier import Model
        from rolefit.tables.frames import score_frames

        load = Model.__dict__["load"].__func__
        if not hasattr(Model, "loads"):
            Model.loads = 0

            def counted(cls: Any, path: Any) -> Any:
                Model.loads += 1
                return load(cls, path)

            Model.load = classmethod(counted)
        for scored in score_frames(parts, model=folder):
            yield pandas.DataFrame({"process": [os.getpid()], "loads": [Model.loads], "rows": [len(scored)]})

    seen = to_pandas(to_spark(spark, frame).mapInPandas(counting, "process long, loads long, rows long"))
    assert seen["rows"].sum() == COUNT
    assert len(seen) > seen["process"].nunique()
    assert set(seen["loads"]) == {1}


@pytest.mark.spark
def test_a_spark_worker_killed_in_the_middle_loses_nothing(frame, scored, spark, tmp_path):
    from rolefit.tables.frames import score_frame, spark_schema

    score = dying_once(tmp_path / "died", score_frame)

    def frames(parts: Iterator[Any]) -> Iterator[Any]:
        for part in parts:
            yield score(part)

    given = to_spark(spark, frame)
    found = to_pandas(given.mapInPandas(frames, spark_schema(given)))
    assert (tmp_path / "died").exists()
    same(found, scored)


def to_pandas(found: Any) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame([row.asDict() for row in found.collect()], columns=found.columns)


# -- Ray -----------------------------------------------------------------------------------------------------


def test_classify_many_on_ray_gives_the_same_verdicts(texts, expected, ray):
    joblib = pytest.importorskip("joblib")
    from ray.util.joblib import register_ray

    register_ray()
    with joblib.parallel_config(backend="ray"):
        assert [essence(verdict) for verdict in rolefit.classify_many(texts, n_jobs=2)] == expected


def test_a_ray_worker_killed_in_the_middle_loses_nothing(frame, scored, ray, tmp_path):
    pandas = pytest.importorskip("pandas")
    from rolefit.tables.frames import score_frame

    score = ray.remote(max_retries=3)(dying_once(tmp_path / "died", score_frame))
    parts = [frame.iloc[at : at + 100] for at in range(0, len(frame), 100)]
    found = pandas.concat(ray.get([score.remote(part) for part in parts]))
    assert (tmp_path / "died").exists()
    same(found, scored)
