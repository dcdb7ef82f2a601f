"""Good inputs of every kind, which are broken before they are given to the command that reads them."""

import io
import json
import random
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from campaigns import mutations


class AcceptedError(Exception):
    """An input that is good, where what follows would take long."""


class Bench:
    """Good inputs of every kind, and the command that reads each."""

    def __init__(self, folder: Path) -> None:
        import mannscope as ms
        from mannscope.cli import main, verify
        from mannscope.training.store import _bundle

        self.folder = folder
        self.run = _bundle() / "reversal-stack"
        self.network = ms.load("reversal-stack")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            main(["record", "reversal-stack", "--episodes", "3", "--size", "4", "-o", "whole.nc"])
            main(["extract", "reversal-stack", "--observed", "64", "--episodes", "8", "-o", "whole.json"])
        self.whole = (folder / "whole.nc").rename(folder.parent / "whole.nc")
        self.program = json.loads((folder / "whole.json").read_text())
        self.plain = json.loads((self.run / "config.json").read_text())
        self.hypotheses = [claim.to_dict() for claim in ms.derived(self.network)]
        rows = [
            {"input": f"{a} {b} {c}", "target": f"{c} {b} {a}", "category": "x y x"}
            for a in "abc"
            for b in "abc"
            for c in "abc"
        ]
        self.tables = {
            ".jsonl": "\n".join(map(json.dumps, rows)).encode(),
            ".csv": b"input,target\n" + "\n".join(f"{row['input']},{row['target']}" for row in rows).encode(),
            ".parquet": _parquet(rows),
        }
        verify.load_network = lambda run: self.network
        import mannscope.hypotheses

        mannscope.hypotheses.verify = self._tabulate

    def _tabulate(self, network: Any, claims: Any, **rest: Any) -> Any:
        """Go as far with hypotheses as costs nothing."""
        from mannscope.hypotheses.experiment import Experiment
        from mannscope.hypotheses.policy import Policy

        own = Experiment(network, 8, 0, True)
        for claim in claims:
            Policy(claim, own.symbols, own.actors)
        raise AcceptedError

    def prepare(self, kind: str, drawn: random.Random) -> list[str]:
        """Write a broken input, and give the command that reads it."""
        for path in self.folder.iterdir():
            path.unlink() if path.is_file() else _remove(path)
        return getattr(self, f"_{kind}")(drawn)

    def _configuration(self, drawn: random.Random) -> list[str]:
        Path("in.yaml").write_bytes(mutations.broken_yaml(self.plain, drawn))
        return ["train", "--config", "in.yaml", "--print_config"]

    def _run(self, drawn: random.Random) -> list[str]:
        Path("run").mkdir()
        Path("run/config.json").write_bytes(mutations.broken_json(self.plain, drawn))
        Path("run/model.safetensors").write_bytes((self.run / "model.safetensors").read_bytes())
        return ["show", "run", "--input", "1 2", "--json"]

    def _checkpoint(self, drawn: random.Random) -> list[str]:
        Path("run").mkdir()
        Path("run/config.json").write_bytes((self.run / "config.json").read_bytes())
        whole = (self.run / "model.safetensors").read_bytes()
        Path("run/model.safetensors").write_bytes(mutations.broken_weights(whole, drawn))
        return ["show", "run", "--input", "1 2", "--json"]

    def _hypothesis(self, drawn: random.Random) -> list[str]:
        Path("in.yaml").write_bytes(mutations.broken_yaml(drawn.choice(self.hypotheses), drawn))
        return ["verify", "reversal-stack", "--hypothesis", "in.yaml", "--episodes", "8"]

    def _table(self, drawn: random.Random) -> list[str]:
        ending, content = drawn.choice(list(self.tables.items()))
        other, content = mutations.broken_table(content, drawn)
        path = Path(f"in{other or ending}")
        path.write_bytes(content)
        return ["train", "--task", "table", "--task.path", str(path), "--memory", "stack", "--print_config"]

    def _trace(self, drawn: random.Random) -> list[str]:
        mutations.broken_trace(self.whole, Path("in.nc"), drawn)
        return drawn.choice(
            (["mine", "in.nc"], ["show", "in.nc", "--json"], ["show", "in.nc", "--episode", "1"])
        )

    def _program(self, drawn: random.Random) -> list[str]:
        Path("in.json").write_bytes(mutations.broken_json(self.program, drawn))
        return ["run-program", "in.json", "--input", "1 2 3"]

    def _space(self, drawn: random.Random) -> list[str]:
        plain = {
            "recipe": "reversal-stack",
            "sizes": [2],
            "shapes": [],
            "episodes": 8,
            "space": {"training.learning_rate": {"low": 0.001, "high": 0.1, "log": True}},
            "start": [{"training.learning_rate": 0.01}],
        }
        Path("in.yaml").write_bytes(mutations.broken_yaml(plain, drawn))
        import mannscope.sweeps

        def accept(*_: Any, **__: Any) -> None:
            raise AcceptedError

        mannscope.sweeps.run_sweep = accept
        return ["sweep", "in.yaml", "--trials", "1"]


KINDS = ("configuration", "run", "checkpoint", "hypothesis", "table", "trace", "program", "space")


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _parquet(rows: list[dict[str, str]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    into = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), into)
    return into.getvalue()
