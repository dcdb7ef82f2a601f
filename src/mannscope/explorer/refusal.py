"""Requests that are not answered."""

from http import HTTPStatus


class Refusal(Exception):
    """A request that is not answered: the status, and what must hold, what came, and what to do."""

    def __init__(self, status: HTTPStatus, must: str, got: str, remedy: str) -> None:
        self.status = status
        self.error = {"must": must, "got": got, "remedy": remedy}
        super().__init__(f"{status.value}: {must}")
