"""Compound files, the container of Office before 2007 and of Outlook's mails, which no library at hand writes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

_NONE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SHORT = 512, 4096


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A file of streams, each of 4096 bytes at least: its table of sectors, its directory, the streams.

    A name with a slash stands for a stream in a folder.
    """
    entries: list[tuple[str, int, bytes, list[int]]] = [("Root Entry", 5, b"", [])]
    folders: dict[str, int] = {"": 0}
    for path, data in streams.items():
        assert len(data) >= _SHORT, "shorter streams are kept elsewhere"
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = len(entries)
            entries[0][3].append(len(entries))
            entries.append((folder, 1, b"", []))
        entries[folders[folder]][3].append(len(entries))
        entries.append((name, 2, data, []))
    counts = [-(-len(data) // _SECTOR) for _, _, data, _ in entries]
    directory = -(-len(entries) * 128 // _SECTOR)
    tables = 1
    while tables * 128 < tables + directory + sum(counts):
        tables += 1
    chain = [_TABLE] * tables
    begins = []
    for count in (directory, *counts):
        begins.append(len(chain) if count else _END)
        chain += [len(chain) + n + 1 for n in range(count - 1)] + [_END] * bool(count)
    chain += [_NONE] * (tables * 128 - len(chain))
    beside = {own: after for *_, kids in entries for own, after in pairwise(kids)}
    folder_bytes = b"".join(
        _entry(name, kind, begins[n + 1], len(data), kids[0] if kids else _NONE, beside.get(n, _NONE))
        for n, (name, kind, data, kids) in enumerate(entries)
    )
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, tables, begins[0], 0, _SHORT, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(tables), *[_NONE] * (109 - tables))
    sectors = [
        data.ljust(_SECTOR * count, b"\0") for (_, _, data, _), count in zip(entries, counts, strict=True)
    ]
    return (
        head
        + struct.pack(f"<{tables * 128}I", *chain)
        + folder_bytes.ljust(_SECTOR * directory, b"\0")
        + b"".join(sectors)
    )


def _entry(name: str, kind: int, begin: int, size: int, child: int, after: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<HBBIII", len(written), kind, 1, _NONE, after, child)
    return written.ljust(64, b"\0") + head + bytes(36) + struct.pack("<IQ", begin, size)


def outlook_mail(path: Path, properties: Mapping[str, str | bytes]) -> Path:
    """A mail of Outlook: properties by number and type, texts as UTF-16, filled up with blanks."""
    streams = {"__properties_version1.0": bytes(_SHORT)}
    for name, value in properties.items():
        folder, _, number = name.rpartition("/")
        data = value if isinstance(value, bytes) else value.encode("utf-16-le")
        blank = b" " if isinstance(value, bytes) else b" \0"
        stream = data + blank * (-(len(data) - _SHORT) // len(blank))
        streams[f"{folder}/__substg1.0_{number}" if folder else f"__substg1.0_{number}"] = stream
    path.write_bytes(compound(streams))
    return path
