"""A headless Chromium for tests of pages, driven by Selenium."""

from __future__ import annotations

import base64
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

# Without the last four, Chromium looks up hosts of its maker at every start.
FLAGS = """
--headless --no-sandbox --disable-gpu --no-first-run
--disable-quic --disable-background-networking --disable-component-update --disable-sync
"""


class Browser:
    """What the tests do in a page.

    ``driver`` is Selenium's, for the rest.
    """

    def __init__(self, driver: Any, fetches: bool = False) -> None:
        self.driver = driver
        # A page that runs what it must not would most likely say so; noted before anything of the page runs.
        watch = """
            window.ran = [];
            for (const name of ["alert", "confirm", "prompt", "open", FETCH]) window[name] = (...said) => window.ran.push([name, String(said)]);
        """.replace("FETCH", "" if fetches else "'fetch'")
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source=watch)

    def devtools(self, command: str, **arguments: Any) -> Any:
        return self.driver.execute_cdp_cmd(command, arguments)

    def open(
        self,
        path: Path | str,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        forced: bool = False,
    ) -> None:
        self.look(width, height, dark, forced)
        self.console()
        self.requests()
        self.driver.get(path if isinstance(path, str) else path.resolve().as_uri())

    def look(self, width: int = 1280, height: int = 900, dark: bool = False, forced: bool = False) -> None:
        """Show the page on another screen; ``forced`` has the colours of the system replace its own."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        self.devtools(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                {"name": "forced-colors", "value": "active" if forced else "none"},
            ],
        )

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function body returns when it runs in the page."""
        return self.driver.execute_script(script, *arguments)

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements("css selector", selector)

    def texts(self, selector: str) -> list[str]:
        return self.run(
            "return Array.from(document.querySelectorAll(arguments[0]), (node) => node.innerText)", selector
        )

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def tab_to(self, selector: str, most: int = 60) -> Any:
        """Press the Tab key until an element has the focus."""
        from selenium.webdriver import Keys

        for _ in range(most):
            if self.run("return document.activeElement.matches(arguments[0])", selector):
                return self.focused()
            self.press(Keys.TAB)
        raise AssertionError(f"{selector} is not reached with the Tab key")

    def focused(self) -> Any:
        return self.driver.switch_to.active_element

    def console(self) -> list[str]:
        """What the console said since the last call."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses that were asked for since the last call, without those that need no network."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked if not url.startswith(("file:", "data:"))]

    def picture(self, path: Path) -> Path:
        path.write_bytes(self.driver.get_screenshot_as_png())
        return path

    def pdf(self) -> bytes:
        return base64.b64decode(self.devtools("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])


@contextmanager
def chromium(fetches: bool = False, scrollbars: bool = False) -> Iterator[Browser]:
    """Start a browser with an empty profile, and end it. Skips the test where there is none to start.

    ``fetches`` lets pages ask their server; otherwise that is noted as something they must not do. With
    ``scrollbars`` a page that is higher than the window is narrower by one.
    """
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("needs Chromium and its driver: apt-get install chromium chromium-driver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (
            *FLAGS.split(),
            *([] if scrollbars else ["--hide-scrollbars"]),
            f"--user-data-dir={profile}",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        started = webdriver.Chrome(options=options, service=Service(driver))
        try:
            yield Browser(started, fetches)
        finally:
            started.quit()
