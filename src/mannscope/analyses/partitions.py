"""Random partitions of the symbols: the control task of a partition."""

from collections.abc import Mapping

import numpy as np

_TRIES = 50


def random_partitions(partition: Mapping[int, int], number: int, seed: int = 0) -> tuple[dict[int, int], ...]:
    """Draw partitions of the same symbols into blocks of the same sizes, each another one.

    A partition maps a symbol to the index of its block. The partition itself is never drawn, nor the same
    blocks under other indices; where no other partition exists, as when every symbol is a block of its own,
    none is drawn.

    Source: Hewitt & Liang (2019), section 2, control tasks. https://arxiv.org/abs/1909.03368
    """
    generator = np.random.default_rng(seed)
    symbols, blocks = list(partition), np.array(list(partition.values()))
    seen, drawn = {_blocks(blocks)}, []
    for _ in range(_TRIES * number):
        if len(drawn) == number:
            break
        shuffled = generator.permutation(blocks)
        if (found := _blocks(shuffled)) not in seen:
            seen.add(found)
            drawn.append({symbol: int(block) for symbol, block in zip(symbols, shuffled, strict=True)})
    return tuple(drawn)


def _blocks(blocks: np.ndarray) -> tuple[int, ...]:
    """Number blocks by their first symbols, so that equal partitions are equal."""
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(block, len(numbers)) for block in blocks.tolist())
