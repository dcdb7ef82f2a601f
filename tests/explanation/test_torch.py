"""A PyTorch network on its task is explained as any other."""

from functools import partial

import pytest

from mannscope.explanation import explain, explaining
from mannscope.tasks import Reversal

pytest.importorskip("torch")

from pytorch.public_networks import described, stack_net


def test_a_stack_in_pytorch_is_explained_with_what_its_actions_are_called_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explaining, "verify", partial(explaining.verify, episodes=16))
    monkeypatch.setattr(explaining, "mined", partial(explaining.mined, episodes=32))
    monkeypatch.setattr(explaining, "EPISODES", 32)
    monkeypatch.setattr(explaining, "OBSERVED", 64)
    found = explain(described(stack_net()).on(Reversal(alphabet=4), largest=4))
    assert found.policy == (
        'memory does PUSH at symbol (0 1 2 3), does NOOP at delimiter "#", does POP at blank "_"',
    )
    textbook = found.verification.hypotheses[0]
    assert (textbook.hypothesis.name, textbook.failed) == ("push symbols, pop blanks", ())
    assert found.extraction is not None
    assert found.extraction.agrees
    assert found.advice[0].how == "ms.verify(network)"
    assert "StackNet: Reversal with a stack, trained up to size 4" in str(found)
