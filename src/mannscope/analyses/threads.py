"""How many threads linear algebra takes."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Do linear algebra in one thread.

    The matrices here are small, and threads that wait for each other cost more than they give. Results also
    stop depending on the number of cores, since sums are taken in one order.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield
