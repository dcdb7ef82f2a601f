"""One tiny study, shared by the tests that only look at what it wrote."""

import pytest

from quick_compilation import quick_compilation  # noqa: F401
from study.tiny import Study, run


@pytest.fixture(scope="package")
def study(quick_compilation: None, tmp_path_factory: pytest.TempPathFactory) -> Study:  # noqa: F811
    out, lines = tmp_path_factory.mktemp("study"), []
    return Study(out, run(out, lines.append), lines)
