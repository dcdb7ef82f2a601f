"""Training: configurations, the loop, checkpoints, and accuracy by size and shape."""

from mannscope.training.configuration import Configuration
from mannscope.training.evaluate import Evaluation, correct, evaluate, exact, exact_accuracy
from mannscope.training.kept import kept_steps, load_kept
from mannscope.training.loop import Progress, train
from mannscope.training.network import Network
from mannscope.training.options import Training
from mannscope.training.portfolio import Portfolio, train_portfolio
from mannscope.training.store import bundled, load, save_network

__all__ = [
    "Configuration",
    "Evaluation",
    "Network",
    "Portfolio",
    "Progress",
    "Training",
    "bundled",
    "correct",
    "evaluate",
    "exact",
    "exact_accuracy",
    "kept_steps",
    "load",
    "load_kept",
    "save_network",
    "train",
    "train_portfolio",
]
