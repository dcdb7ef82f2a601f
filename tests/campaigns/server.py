"""The explorer in a process of its own, as a user starts it."""

import os
import signal
from pathlib import Path

RUN = "reversal-stack"
EPISODES = 8


class Server:
    """The explorer in a process of its own."""

    def __init__(self, place: Path) -> None:
        self.log = place / "server.err"
        ours, theirs = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            os.close(ours)
            _serve(theirs, self.log)
        os.close(theirs)
        with os.fdopen(ours) as told:
            self.port = int(told.readline().rstrip("/\n").rpartition(":")[2])

    def memory(self) -> int:
        """Bytes of memory that it takes now."""
        lines = Path(f"/proc/{self.process}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))

    def end(self) -> str:
        """Interrupt it, and give what it wrote."""
        os.kill(self.process, signal.SIGINT)
        os.waitpid(self.process, 0)
        return self.log.read_text()


def _serve(told: int, log: Path) -> None:
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
        from mannscope.explorer.serve import serve
        from mannscope.explorer.session import Session

        def tell(address: str) -> None:
            os.write(told, f"{address}\n".encode())

        session = Session([RUN], episodes=EPISODES, verified=64)
        serve(session, None, browser=False, on_listening=tell)
    except KeyboardInterrupt:
        pass
    finally:
        os._exit(0)
