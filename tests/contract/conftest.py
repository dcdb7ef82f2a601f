"""Contract tests compile many small programs, each of which runs for milliseconds."""

from quick_compilation import quick_compilation  # noqa: F401
