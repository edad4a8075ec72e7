"""The side panel's page: the driver doesn't list it, the browser's own protocol does."""

from __future__ import annotations

import json
import time
from typing import Any

from playwright.sync_api import BrowserContext, Page


class SidePanel:
    """Asks the side panel that belongs to a context's extension, through one of its pages."""

    def __init__(self, context: BrowserContext, page: Page, *, within: float = 20.0) -> None:
        self._page = page
        self._session = context.new_cdp_session(page)
        self._answers: dict[int, Any] = {}
        self._session.on("Target.receivedMessageFromTarget", self._receive)
        target = self._find(time.monotonic() + within)
        attached = self._session.send(
            "Target.attachToTarget", {"targetId": target["targetId"], "flatten": False}
        )
        self._id = attached["sessionId"]

    def evaluate(self, expression: str) -> Any:
        """Value of a JavaScript expression in the panel; a promise is awaited."""
        number = len(self._answers) + 1
        self._answers[number] = None
        parameters = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        message = {"id": number, "method": "Runtime.evaluate", "params": parameters}
        self._session.send(
            "Target.sendMessageToTarget", {"sessionId": self._id, "message": json.dumps(message)}
        )
        until = time.monotonic() + 10
        while self._answers[number] is None and time.monotonic() < until:
            self._page.wait_for_timeout(20)
        answer = self._answers[number]
        assert answer and "exceptionDetails" not in answer["result"], f"{expression}: {answer}"
        return answer["result"]["result"].get("value")

    def wait_for(self, expression: str, *, within: float = 30.0) -> Any:
        """The expression's value once it is true in JavaScript's sense."""
        until = time.monotonic() + within
        while not (value := self.evaluate(expression)):
            if time.monotonic() > until:
                shown = self.evaluate("document.body.innerText")
                raise AssertionError(f"never true: {expression}\nthe panel shows:\n{shown}")
            self._page.wait_for_timeout(100)
        return value

    def _find(self, until: float) -> dict[str, Any]:
        while time.monotonic() < until:
            targets = self._session.send("Target.getTargets")["targetInfos"]
            for target in targets:
                if target["type"] == "page" and "/panel/index.html?tab=" in target["url"]:
                    return target
            self._page.wait_for_timeout(200)
        raise AssertionError(f"no side panel opened; open are {[t['url'] for t in targets]}")

    def _receive(self, event: dict[str, Any]) -> None:
        message = json.loads(event["message"])
        if "id" in message:
            self._answers[message["id"]] = message
