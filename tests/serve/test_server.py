"""The page's server: whose requests it answers, with what, and what it keeps to itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="comes with the extra 'page'")
from starlette.testclient import TestClient

import rolefit
from rolefit.model.decision import REASONS
from rolefit.serve import json_api, posting_service, routes
from rolefit.serve.routes import application

HOME = "http://127.0.0.1:8765"
POSTING = (
    "What you'll do\n- Keep the product backlog in order\n- Write user stories\n- Run sprint planning"
    " with the developers"
)


@pytest.fixture(scope="module")
def client(shipped_model: rolefit.Model) -> Iterator[TestClient]:
    with TestClient(application(shipped_model), base_url=HOME) as started:
        yield started


def classified(client: TestClient, **asked: object):
    return client.post("/classify", json=asked)


# ---- one posting


def test_a_posting_gets_the_verdict_that_a_script_gets(client: TestClient) -> None:
    assert classified(client, text=POSTING, title="Product Manager").json() == json.loads(
        json.dumps(rolefit.classify(POSTING, "Product Manager").to_dict())
    )


def test_html_is_read_as_html(client: TestClient) -> None:
    answer = classified(client, text="<h2>Tasks</h2><ul><li>Own the <b>product backlog</b></li></ul>").json()
    assert answer["text"] == "Tasks\n\n• Own the product backlog"


def test_half_of_a_surrogate_pair_comes_back(client: TestClient) -> None:
    answer = client.post(
        "/classify",
        content='{"text": "Own the backlog \\ud83d"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.json()["text"] == "Own the backlog \ud83d"


@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        ("{", "application/json", 400, "JSON object in UTF-8"),
        (b'{"text": "\xff"}', "application/json", 400, "UTF-8"),
        ("[" * 100_000, "application/json", 400, "JSON object"),
        ('{"text": "Own the backlog"}', "text/plain", 415, "Content-Type: application/json"),
        ("[]", "application/json", 422, "JSON object"),
        ("{}", "application/json", 422, "string 'text'"),
        ('{"text": 7}', "application/json", 422, "string 'text'"),
        ('{"text": "", "title": []}', "application/json", 422, "string 'title'"),
        ('{"text": "", "titel": "x"}', "application/json", 422, "'titel' is not known"),
        (json.dumps({"text": "", "title": "x" * 1001}), "application/json", 413, "at most 1,000 characters"),
        (json.dumps({"text": "word " * 6_001}), "application/json", 413, "at most 30,000 characters"),
        (json.dumps({"text": "x" * 2_000_000}), "application/json", 413, "at most 2,000 kB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_that_says_what_to_send(
    client, content, kind, status, said
) -> None:
    answer = client.post("/classify", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert list(answer.json()) == ["error"]
    assert said in answer.json()["error"]


def test_formatted_text_may_be_larger_than_what_is_seen_of_it(client: TestClient) -> None:
    markup = "<p style='" + "margin: 0; " * 9_000 + "'>Own the backlog</p>"
    assert len(markup) > posting_service.LONGEST_POSTING
    assert classified(client, text=markup).json()["text"] == "Own the backlog"


def test_a_body_that_stops_arriving_is_given_up(
    shipped_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    import anyio

    monkeypatch.setattr(json_api, "LONGEST_PAUSE", 0.05)
    sent: list[dict] = []

    async def receive():
        await anyio.sleep_forever()

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/classify",
        "headers": headers,
        "query_string": b"",
        "root_path": "",
    }
    anyio.run(application(shipped_model), scope, receive, send)
    assert sent[0]["status"] == 408


def test_a_posting_that_takes_too_long_is_given_up(
    shipped_model: rolefit.Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(posting_service, "LONGEST_ANSWER", 0.05)
    monkeypatch.setattr(shipped_model, "classify", lambda *_: over.wait(20))
    with TestClient(application(shipped_model), base_url=HOME) as client:
        answer = classified(client, text="x")
        over.set()
    assert (answer.status_code, answer.json()["error"]) == (
        503,
        "Timed out. Shorten the posting or try again.",
    )


def test_an_error_inside_tells_its_kind_and_no_word_of_the_posting(
    shipped_model, monkeypatch, caplog, capfd
) -> None:
    def broken(*_):
        raise ValueError("secret words of the posting")

    monkeypatch.setattr(shipped_model, "classify", broken)
    with TestClient(application(shipped_model), base_url=HOME, raise_server_exceptions=False) as client:
        answer = classified(client, text="x")
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    assert "ValueError" in answer.text
    assert "secret" not in answer.text + caplog.text + "".join(capfd.readouterr())


def schema(client: TestClient):
    from jsonschema import Draft202012Validator

    published = client.get("/verdict.schema.json")
    assert published.headers["Content-Type"] == "application/schema+json"
    Draft202012Validator.check_schema(published.json())
    return Draft202012Validator(published.json())


def test_every_verdict_fits_the_published_schema(client: TestClient) -> None:
    from helpers.report_postings import HARMFUL_TEXT, ORDINARY

    validator = schema(client)
    texts = ["", "word", "Wir suchen eine Person.", HARMFUL_TEXT, *(text for *_, text in ORDINARY)]
    for text in texts:
        for title in (None, "Product Owner"):
            validator.validate(classified(client, text=text, title=title).json())


@given(st.text(st.characters(codec=None)), st.none() | st.text(max_size=30))
def test_and_so_does_that_on_any_text(text: str, title: str | None) -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator(json.loads(routes._packaged("serve/verdict.schema.json"))).validate(
        json.loads(json.dumps(rolefit.classify(text, title).to_dict()))
    )


def test_the_schema_names_every_field_and_every_reason(client: TestClient) -> None:
    """So that a field that joins the verdict, or leaves it, joins or leaves the schema."""
    published = schema(client).schema
    verdict = classified(client, text=POSTING).json()
    assert list(published["properties"]) == published["required"] == list(verdict)
    line = published["properties"]["responsibilities"]["items"]
    assert list(line["properties"]) == line["required"] == list(verdict["responsibilities"][0])
    assert published["properties"]["reason_code"]["enum"] == list(REASONS)


def test_the_description_for_programs_holds_the_same_schema(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["info"]["version"] == rolefit.__version__
    assert described["components"]["schemas"]["Verdict"] == schema(client).schema


def test_health_names_version_and_model(client: TestClient, shipped_model: rolefit.Model) -> None:
    assert client.get("/health").json() == {
        "status": "ok",
        "version": rolefit.__version__,
        "model": shipped_model.name,
    }


def test_unknown_addresses_and_methods_are_told_so_in_json(client: TestClient) -> None:
    assert client.get("/../etc/passwd").status_code == 404
    answer = client.get("/classify")
    assert (answer.status_code, answer.headers["Allow"], list(answer.json())) == (405, "POST", ["error"])


# ---- who may ask


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765"])
def test_the_page_is_served_under_the_names_of_this_machine(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "",
        "localhost:8765x",
        "10.0.0.1",
        "[::1",
        "::1",
    ],
)
def test_and_under_no_other_however_it_is_resolved(client: TestClient, host: str) -> None:
    for path in ("/", "/health"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert "address that rolefit serve printed" in answer.json()["error"]


def test_two_hosts_are_none(shipped_model: rolefit.Model) -> None:
    client = TestClient(application(shipped_model), base_url=HOME)
    assert client.get("/health", headers=[("Host", "127.0.0.1"), ("Host", "127.0.0.1")]).status_code == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://localhost:8765",
        "file://",
        "https://127.0.0.1",
    ],
)
def test_another_page_in_the_same_browser_may_not_ask(client: TestClient, origin: str) -> None:
    answer = client.post("/classify", json={"text": POSTING}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_nor_may_it_where_the_browser_names_no_origin(client: TestClient, site: str) -> None:
    assert client.get("/health", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert (
        client.post("/classify", json={"text": POSTING}, headers={"Sec-Fetch-Site": site}).status_code == 403
    )


def test_a_link_from_elsewhere_opens_the_page_and_no_more(client: TestClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_page_itself_and_programs_may(client: TestClient) -> None:
    for headers in ({"Origin": HOME, "Sec-Fetch-Site": "same-origin"}, {}):
        assert client.post("/classify", json={"text": POSTING}, headers=headers).status_code == 200


def test_another_page_is_told_no_before_it_asks(client: TestClient) -> None:
    """The question that a browser asks before it sends JSON to another site."""
    asked = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options("/classify", headers=asked)
    assert answer.status_code == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_under_every_address_of_the_machine_an_address_will_do_and_a_name_will_not(
    shipped_model: rolefit.Model,
) -> None:
    client = TestClient(application(shipped_model, None), base_url="http://192.168.0.7:8765")
    assert client.get("/health").status_code == 200
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 421


# ---- what the answers say to the browser


@pytest.mark.parametrize("path", ["/", "/health", "/nowhere"])
def test_nothing_is_stored_guessed_at_or_framed(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_the_page_runs_its_own_scripts_and_asks_its_own_machine_alone(client: TestClient) -> None:
    from helpers.content_policy import source_hash
    from selectolax.lexbor import LexborHTMLParser

    answer = client.get("/")
    tree = LexborHTMLParser(answer.text)
    policy = dict(part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"].split() == [source_hash(node) for node in tree.css("script:not([type])")]
    assert policy["style-src"].split() == [source_hash(node) for node in tree.css("style")]
    assert (policy["default-src"], policy["connect-src"], policy["form-action"]) == (
        "'none'",
        "'self'",
        "'none'",
    )
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for node in tree.css("*"):
        for name in ("src", "href", "action", "srcset", "data", "formaction"):
            value = (node.attributes or {}).get(name)
            assert value is None or value.startswith("#") or value == "data:,"
        assert not [name for name in node.attributes or {} if name.startswith("on") or name == "style"]


# ---- corrections


def test_corrections_become_the_file_that_training_takes(client: TestClient, tmp_path) -> None:
    from helpers.paths import TINY

    lines = [
        {"id": "T-1", "line": "Own the sprint goals, “all” of them", "role": "PO"},
        {"id": "=1+1", "line": "Bring\ncake", "role": "none"},
    ]
    answer = client.post("/corrections", json={"corrections": lines})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="corrections.csv"'
    path = tmp_path / "corrections.csv"
    path.write_bytes(answer.content)
    corpus = rolefit.load_corpus(TINY, corrections=[path])
    added = [statement for statement in corpus.statements if statement.origin == "correction"]
    assert [(statement.text, statement.role) for statement in added] == [
        (lines[0]["line"], "PO"),
        ("Bring cake", "none"),
    ]


@pytest.mark.parametrize(
    "corrections",
    [
        None,
        [],
        [[]],
        [{"id": "1", "line": "x"}],
        [{"id": "1", "line": "x", "role": "boss"}],
        [{"id": 1, "line": "x", "role": "PM"}],
    ],
)
def test_corrections_of_another_shape_are_refused(client: TestClient, corrections: object) -> None:
    assert client.post("/corrections", json={"corrections": corrections}).status_code == 422


def test_several_postings_are_answered_at_once_in_their_order(client: TestClient) -> None:
    given = [{"text": POSTING, "title": "Product Manager"}, {"text": ""}]
    answer = classified(client, postings=given)
    assert answer.status_code == 200
    assert answer.json() == {"verdicts": [classified(client, **one).json() for one in given]}


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"postings": []}, 422, "1 to 100 postings"),
        ({"postings": [{"text": ""}] * 101}, 422, "1 to 100 postings"),
        ({"postings": "text"}, 422, "1 to 100 postings"),
        ({"postings": None}, 422, "1 to 100 postings"),
        ({"postings": [{"text": "x"}], "text": "x"}, 422, "either one posting"),
        ({"postings": [{"text": "x"}, {"title": "x"}]}, 422, "postings[1]: Send the posting as the string"),
        ({"postings": [{"text": "x"}, "x"]}, 422, "postings[1]: Send the posting as the string"),
        ({"postings": [{"text": "x", "id": 1}]}, 422, "postings[0]: Send only 'text' and 'title'"),
        ({"postings": [{"text": "word " * 6_001}]}, 413, "at most 30,000 characters"),
    ],
)
def test_several_postings_that_are_none_are_refused(
    client: TestClient, fields: dict[str, Any], status: int, sentence: str
) -> None:
    answer = classified(client, **fields)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert sentence in answer.json()["error"]
