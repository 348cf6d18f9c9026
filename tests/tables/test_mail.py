"""Saved messages: which of their parts is the posting, and what is refused."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest
from helpers.compound_files import compound, outlook_mail

from rolefit.errors import TableError
from rolefit.tables import mail, outlook


def message(*parts: str, subject: str = "PO") -> EmailMessage:
    """A message with plain text, HTML beside it when there is one."""
    made = EmailMessage()
    made["Subject"] = subject
    made.set_content(parts[0])
    for html in parts[1:]:
        made.add_alternative(html, subtype="html")
    return made


def test_the_html_of_a_message_is_read_before_its_plain_text() -> None:
    subject, text = mail.read(message("Own it", "<ul><li>Own it</li></ul>").as_bytes(), "m.eml")
    assert (subject, text.strip()) == ("PO", "<div><ul><li>Own it</li></ul>\n</div>")


def test_html_without_a_word_gives_way_to_the_plain_text() -> None:
    assert (
        mail.read(message("Own it", "<html><body></body></html>").as_bytes(), "m.eml")[1].strip() == "Own it"
    )


def test_every_text_of_a_message_is_read_and_no_attached_file() -> None:
    made = message("See below")
    made.make_mixed()
    second = EmailMessage()
    second.set_content("Own the backlog")
    made.attach(second)
    made.add_attachment("secret", filename="a.txt")
    text = mail.read(made.as_bytes(), "m.eml")[1]
    assert text.split("\n") == ["See below", "", "", "Own the backlog", ""]


def test_a_forwarded_message_is_read() -> None:
    raw = b"Subject: Fwd\nContent-Type: message/rfc822\n\nSubject: PO\n\nOwn the backlog"
    assert mail.read(raw, "m.eml") == ("Fwd", "Own the backlog")


def test_a_text_without_headers_is_its_own_text() -> None:
    text = "Duties: own it\nPerks: none\n\nWrite stories"
    assert mail.read(text.encode(), "m.eml") == (None, text)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("FW: re: Product Manager", "Product Manager"),
        ("AW[2]: Vacature: Bakker", "Bakker"),
        ("Job ad - Product Owner - Ferries", "Product Owner - Ferries"),
        ("Job: Baker", "Baker"),
        ("Job posting", "Job posting"),
        ("Jobber: a trade", "Jobber: a trade"),
        ("Reporting lead: Ferries", "Reporting lead: Ferries"),
        ("Fwd:", None),
    ],
)
def test_what_stands_before_the_title_in_a_subject_is_left_out(subject: str, title: str | None) -> None:
    assert mail.title_in(subject) == title


def test_a_subject_is_decoded() -> None:
    assert mail.read(message("Own it", subject="Größe").as_bytes(), "m.eml")[0] == "Größe"


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: message/rfc822\n\n" * 5000,
        b"Content-Type: text/plain; " + b"(" * 20_000 + b"\n\nOwn it",
        b"Content-Type: text/plain; " + b"a=b;" * 20_000 + b"\n\nOwn it",
        b"Content-Type: text/plain;\n" + b" a=b;\n" * 20_000 + b"\n\nOwn it",
        b"Subject: PO\n\n   ",
        "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000)).encode(),
    ],
    ids=["nested messages", "brackets", "parameters", "folded parameters", "no text", "nested parts"],
)
def test_a_hostile_or_empty_message_is_refused(raw: bytes) -> None:
    with pytest.raises(TableError):
        mail.read(raw, "m.eml")


def _with_attachment(body: str, name: str, kind: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.example", "Our opening"
    message.set_content(body)
    message.add_attachment(
        content, maintype=kind.partition("/")[0], subtype=kind.partition("/")[2], filename=name
    )
    return message.as_bytes()


def test_a_posting_that_is_attached_as_text_is_read() -> None:
    sent = _with_attachment("See the attached.", "job.txt", "text/plain", b"Own the backlog. " * 20)
    assert "Own the backlog" in mail.read(sent, "a.eml")[1]
    long = _with_attachment("Own the vision. " * 30, "terms.txt", "text/plain", b"Own the backlog")
    assert "Own the backlog" not in mail.read(long, "a.eml")[1]


def test_a_posting_that_is_attached_as_a_document_is_asked_for() -> None:
    sent = _with_attachment("See the attached.", "job.docx", "application/octet-stream", b"PK")
    with pytest.raises(TableError, match=r"^a\.eml: .* probably attached \(job\.docx\); save the attachment"):
        mail.read(sent, "a.eml")


def test_the_signature_below_a_message_is_no_part_of_the_posting() -> None:
    # https://www.rfc-editor.org/rfc/rfc3676#section-4.3
    sent = b"Subject: Owner\n\nOwn the backlog\n-- \nBob\nOwn the market with us\n"
    assert mail.read(sent, "a.eml") == ("Owner", "Own the backlog")


# -- mails of Outlook ----------------------------------------------------------------------------------------

PAGE = b"<ul><li>Own the backlog<li>Write \xe2\x80\x9cuser\xe2\x80\x9d stories</ul>"
ATTACHED = "__attach_version1.0_#00000000/3707001F"


@pytest.mark.parametrize(
    ("properties", "title", "lines"),
    [
        (
            {"0037001F": "\x01\x05FW: PO", "1000001F": "Duties\r\n·\tOwn it"},
            "PO",
            ["Duties", "·\tOwn it"],
        ),
        ({"0037001E": b"PO", "1000001E": b"Caf\xe9"}, "PO", ["Café"]),
        ({"1000001F": "Plain", "10130102": PAGE}, None, [f"<div>{PAGE.decode()} </div>"]),
        ({"1000001F": "Own it", "10130102": b"<body></body>"}, None, ["Own it"]),
        ({"1000001F": "Own it\r\n-- \r\nJo"}, None, ["Own it"]),
        ({"1000001F": "Own it", ATTACHED: "me.png"}, None, ["Own it"]),
    ],
    ids=["plain", "bytes", "page", "empty page", "signature", "a picture attached"],
)
def test_a_mail_of_outlook_is_read(
    tmp_path: Path, properties: dict[str, str | bytes], title: str | None, lines: list[str]
) -> None:
    # https://github.com/nodemailer/mailparser/issues/284
    pytest.importorskip("olefile")
    subject, text = outlook.read(outlook_mail(tmp_path / "a.msg", properties))
    text = re.sub(" +", " ", text)  # with which the helper fills up
    assert (subject, [line.strip() for line in text.splitlines()]) == (title, lines)


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"1000001F": "See attached.", ATTACHED: "Owner.docx"}, "probably attached (Owner.docx)"),
        ({"0037001F": "PO"}, "a message without text"),
        ({"__substg1.0_1000001F/3707001F": "Own it"}, "not a mail of Outlook"),
        ({"1000001F": "Own it " * 600}, "a text of more than"),
    ],
    ids=["attached", "no text", "a folder for a text", "too long"],
)
def test_a_mail_of_outlook_without_a_posting_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, properties: dict[str, str | bytes], message: str
) -> None:
    pytest.importorskip("olefile")
    monkeypatch.setattr(outlook, "LONGEST_PROPERTY", 5000)
    with pytest.raises(TableError, match=re.escape(message)):
        outlook.read(outlook_mail(tmp_path / "a.msg", properties))


def test_other_compound_files_and_damaged_ones_are_no_mails(tmp_path: Path) -> None:
    pytest.importorskip("olefile")
    file = tmp_path / "a.msg"
    whole = outlook_mail(file, {"1000001F": "Own it", ATTACHED: "me.png"}).read_bytes()
    damaged = [whole[:cut] for cut in range(8, len(whole), 311)]
    damaged += [whole[:at] + b"\xfe" * 4 + whole[at + 4 :] for at in range(8, 3500, 61)]
    for data in (compound({"Workbook": bytes(4096)}), *damaged):
        file.write_bytes(data)
        try:
            outlook.read(file)
        except TableError as error:
            assert "save" in str(error)  # noqa: PT017 - a damage that does no harm is read
