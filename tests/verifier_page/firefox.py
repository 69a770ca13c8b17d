"""A real Firefox through Marionette, the remote control that every Firefox has: no driver of ours or others needed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

START_S, ANSWER_S = 60, 120


def firefox_path() -> str | None:
    """The machine's own Firefox."""
    return next((path for path in map(shutil.which, ("firefox-esr", "firefox")) if path), None)


class Firefox:
    """One browser with a profile of its own. Close it when done."""

    def __init__(self, path: str, profile: Path) -> None:
        port = _free_port()
        settings = {
            "marionette.port": port,
            "app.update.enabled": False,
            "browser.shell.checkDefaultBrowser": False,
        }
        (profile / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in settings.items()
            )
        )
        self._process = subprocess.Popen(
            [path, "--headless", "--marionette", "--no-remote", "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._number, self._rest = 0, b""
        self._socket = self._connected(port)
        self._receive()  # its greeting
        self._call("WebDriver:NewSession", capabilities={})
        self._call("WebDriver:SetTimeouts", script=ANSWER_S * 1000, pageLoad=ANSWER_S * 1000)

    def go(self, address: str) -> None:
        """Opens a page."""
        self._call("WebDriver:Navigate", url=address)

    def give(self, selector: str, path: Path) -> None:
        """Chooses a file in a file input."""
        found = self._call("WebDriver:FindElement", using="css selector", value=selector)["value"]
        (element,) = found.values()
        self._call("WebDriver:ElementSendKeys", id=element, text=str(path))

    def run(self, script: str) -> Any:
        """What the body of an async function returns in the page."""
        wrapped = f"const done = arguments[0]; (async () => {{ {script} }})().then(done, (e) => done('failed: ' + e));"
        return self._call("WebDriver:ExecuteAsyncScript", script=wrapped, args=[])["value"]

    def until(self, expression: str, timeout_s: float = 60) -> Any:
        """The first true value of an expression in the page. Raises AssertionError when there is none in time."""
        deadline = time.monotonic() + timeout_s
        while not (value := self.run(f"return {expression};")):
            assert time.monotonic() < deadline, f"{expression} did not come true in Firefox"
            time.sleep(0.1)
        return value

    def picture(self) -> str:
        """The window as a PNG in base64."""
        return str(self._call("WebDriver:TakeScreenshot", full=False)["value"])

    def close(self) -> None:
        """Ends the browser."""
        self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=20)

    def _connected(self, port: int) -> socket.socket:
        deadline = time.monotonic() + START_S
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S)
            except OSError:
                assert self._process.poll() is None, "Firefox ended at once"
                assert time.monotonic() < deadline, "Firefox does not start"
                time.sleep(0.2)
            else:
                return connection

    def _call(self, name: str, **arguments: Any) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, arguments]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._receive()
        assert error is None, error
        return result

    def _receive(self) -> Any:
        while b":" not in self._rest:
            self._rest += self._more()
        length, _, rest = self._rest.partition(b":")
        while len(rest) < int(length):
            rest += self._more()
        self._rest = rest[int(length) :]
        return json.loads(rest[: int(length)])

    def _more(self) -> bytes:
        data = self._socket.recv(1 << 16)
        assert data, "Firefox hung up"
        return data


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
