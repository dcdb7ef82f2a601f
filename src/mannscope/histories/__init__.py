"""Histories: when a network learned what, over the weights that its training kept.

- `history`: the function, and its result
- `observation`: what one network is asked, in one compiled program for all of them
- `cue_conflict`: whether an action follows a symbol of another category
"""

from mannscope.histories.cue_conflict import Swaps, cue_conflict, swap_cues
from mannscope.histories.history import History, history
from mannscope.histories.observation import Moment

__all__ = ["History", "Moment", "Swaps", "cue_conflict", "history", "swap_cues"]
