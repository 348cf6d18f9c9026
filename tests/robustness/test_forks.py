"""A process that is forked while threads classify can classify, too.

A server forks its workers while its threads work. A lock that one of them holds just then stays locked in the
child, for ever.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

PROGRAM = """
import os, signal, sys, threading, time
import rolefit

TEXT = "- Own the product vision w{0}\\n- Talk to customers\\n- Keep the product backlog in order w{0}\\n"
{before}

def work(thread):
    number = 0
    while True:
        number += 1
        str(rolefit.classify(TEXT.format(1000000 * thread + number)))

for thread in range(3):
    threading.Thread(target=work, args=(thread,), daemon=True).start()
{wait}
children = []
for number in range({children}):
    time.sleep(0.01)
    child = os.fork()
    if not child:
        signal.alarm({patience})  # a child that waits for ever is ended by it
        str(rolefit.classify(TEXT.format(-number)))
        os._exit(0)
    children.append(os.waitpid(child, 0)[1])
print(sum(status != 0 for status in children), flush=True)
os._exit(0)
"""


def hung(**parts: object) -> str:
    program = PROGRAM
    for name, value in parts.items():
        program = program.replace(f"{{{name}}}", str(value))
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return done.stdout + done.stderr


@pytest.mark.slow
def test_children_forked_under_threads_that_classify_do_so_too() -> None:
    assert hung(before="str(rolefit.classify(TEXT))", wait="", children=10, patience=20) == "0\n"


@pytest.mark.slow
def test_a_child_forked_while_the_model_is_loaded_loads_it_too() -> None:
    # Python itself cannot import in a child what another thread was importing.
    before = """
import rolefit.model.classifier
module = sys.modules["rolefit.classify"]
begun, load = threading.Event(), module.load_model
def slow(folder):
    begun.set()
    time.sleep(1)
    return load(folder)
module.load_model = slow
"""
    assert hung(before=before, wait="begun.wait()", children=1, patience=20) == "0\n"
