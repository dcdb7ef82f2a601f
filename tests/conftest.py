"""What holds for all tests: programs are compiled quickly rather than well, since each runs a few times."""

import os

os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
