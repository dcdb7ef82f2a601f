"""Networks on the Hugging Face Hub: a repository with a run's configuration and weights."""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mannscope.errors import MannscopeError
from mannscope.training.network import Network
from mannscope.training.store import CONFIGURATION, WEIGHTS, load, save_network

CARD = """---
library_name: mannscope
tags: [memory-augmented-neural-network, interpretability]
---

# {title}

A network of mannscope: {about}, trained up to size {size}.

```python
import mannscope as ms

network = ms.load_from_hub("{repository}")
print(ms.explain(network))
```
"""


def load_from_hub(repository: str, *, revision: str | None = None) -> Network:
    """Load a network that was saved to the Hugging Face Hub; needs `pip install 'mannscope[hub]'`.

    Only the configuration and the weights are downloaded, and nothing that is loaded is executed.

    Args:
        repository: Its name there, `owner/name`.
        revision: A commit, branch or tag; the newest unless given.

    Raises:
        MannscopeError: if the package is missing, or the repository cannot be had or holds no run.
    """
    hub = _hub(repository)
    try:
        folder = hub.snapshot_download(repository, revision=revision, allow_patterns=[CONFIGURATION, WEIGHTS])
    except (OSError, ValueError) as problem:
        must = "a network on the Hub must be in a repository that can be read"
        got = f"{repository} ({problem})"
        raise MannscopeError(must, got, "Check its name, and log in if it is private") from problem
    loaded = load(folder)
    return Network(repository, loaded.configuration, loaded.task, loaded.model)


def save_to_hub(network: Network, repository: str, *, private: bool = True) -> str:
    """Save a network to the Hugging Face Hub, with a card; needs `pip install 'mannscope[hub]'`.

    Args:
        network: The network.
        repository: Its name there, `owner/name`; it is made if there is none.
        private: Whether a new repository is private.

    Returns:
        Where it can be seen.

    Raises:
        MannscopeError: if the package is missing, or the repository cannot be written.
    """
    hub = _hub(repository)
    about = f"{network.task.TITLE} with {type(network.model.memory).TITLE}"
    card = CARD.format(
        title=repository.split("/")[-1], about=about, size=network.trained_size, repository=repository
    )
    with TemporaryDirectory() as folder:
        save_network(network, Path(folder))
        (Path(folder) / "README.md").write_text(card, encoding="utf-8")
        try:
            hub.create_repo(repository, private=private, exist_ok=True)
            done = hub.upload_folder(repo_id=repository, folder_path=folder)
        except (OSError, ValueError) as problem:
            must = "a repository on the Hub must be one that can be written"
            got = f"{repository} ({problem})"
            raise MannscopeError(must, got, "Log in with hf auth login, and check its owner") from problem
    return str(done)


def _hub(repository: str) -> Any:
    """Import the Hub's package.

    Raises:
        MannscopeError: if it is missing, or the name is none of a repository.
    """
    if repository.count("/") != 1:
        raise MannscopeError(
            "a repository must be named owner/name", repr(repository), "Pass both; ms.load reads a folder"
        )
    try:
        return import_module("huggingface_hub")
    except ImportError:
        must = "networks on the Hub need the package huggingface_hub"
        raise MannscopeError(must, "none", "pip install 'mannscope[hub]'") from None
