"""A small session with fixed answers, in place of one with networks."""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from safetensors.numpy import save

from mannscope.errors import MannscopeError, UnknownNameError

SYMBOL = "<script>alert(1)</script>"


class FakeSession:
    """Two runs, and requests that fail in every way."""

    def __init__(self, episodes: int = 12, steps: int = 5, width: int = 8) -> None:
        self.episodes, self.steps, self.width = episodes, steps, width
        self.live = True
        self.busy: dict[str, int] = {}
        self.crowded = False
        self.slow = False
        self.go_on = threading.Event()

    @property
    def runs(self) -> list[dict[str, str]]:
        return [{"id": "stack", "label": f"stack {SYMBOL}"}, {"id": "a/b", "label": "a/b"}]

    def answer(self, message: Mapping[str, Any]) -> bytes:
        run = message.get("run")
        if not isinstance(run, str) or run not in ("stack", "a/b"):
            raise UnknownNameError("run", str(run), ["stack", "a/b"])
        self.busy[run] = self.busy.get(run, 0) + 1
        self.crowded |= self.busy[run] > 1
        try:
            return self._answer(message, run)
        finally:
            self.busy[run] -= 1

    def _answer(self, message: Mapping[str, Any], run: str) -> bytes:
        match message.get("request"):
            case "verify" if self.slow:
                self.go_on.wait(10)
                return run_payload(self, run, verified=True)
            case "open" | "verify" as kind:
                return run_payload(self, run, verified=kind == "verify")
            case "episode":
                return episode_payload(self, run, message["episode"])
            case "fail":
                raise KeyError("secret")
            case "wait":
                self.go_on.wait(10)
                return episode_payload(self, run, 0)
            case "pause":
                time.sleep(0.02)
                return episode_payload(self, run, 0)
        raise MannscopeError("a request must be known", repr(message.get("request")), "Reload")


def run_payload(session: FakeSession, run: str, *, verified: bool = False) -> bytes:
    """Half of the episodes are short, a quarter is wrong, and the last one is a counterexample."""
    count, steps = session.episodes, session.steps
    lengths = [steps if k % 2 else steps - 2 for k in range(count)]
    listed = [
        {
            "text": f"{SYMBOL} {k}",
            "steps": lengths[k],
            "size": None,
            "shape": None,
            "exact": k % 4 != 0,
            "group": "counterexample" if verified and k == count - 1 else "held out",
        }
        for k in range(count)
    ]
    random = np.random.default_rng(0)
    pairs = [(k, t) for k in range(count) for t in range(lengths[k])]
    arrays = {
        "input": np.array(
            [[k if t < lengths[k] else -1 for t in range(steps)] for k in range(count)], np.int16
        ),
        "action": np.zeros((count, steps, 1), np.int8),
        "point_episode": np.array([k for k, _ in pairs], np.int32),
        "point_step": np.array([t for _, t in pairs], np.int16),
        "points_policy": random.normal(size=(len(pairs), 2)).astype(np.float32),
    }
    counterexamples = [{"step": 1, "episode": count - 1}, {"step": 0, "episode": 0}]
    verdicts = {"hypotheses": [{"name": "a", "counterexamples": counterexamples}]}
    meta = {
        "kind": "run",
        "run": run,
        "episodes": listed,
        "kept": None,
        "live": True,
        "sites": [{"site": "policy", "points": len(pairs), "available": len(pairs)}],
        "verification": verdicts if verified else None,
    }
    return save(arrays, {"meta": json.dumps(meta)})


def episode_payload(session: FakeSession, run: str, episode: int) -> bytes:
    """Numbers that no compression makes small."""
    random = np.random.default_rng(episode)
    contents = random.normal(size=(1, session.steps, session.width, 16)).astype(np.float16)
    meta = {"kind": "episode", "run": run, "episode": episode, "text": f"{SYMBOL} {episode}"}
    return save({"contents": contents}, {"meta": json.dumps(meta)})
