"""Six tables as people write them, of which nothing is said that is not so; no option is changed."""

import csv
import gzip
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from mannscope.cli import main
from mannscope.errors import MannscopeError
from mannscope.histories.history import MULTIPLES
from mannscope.hypotheses.experiment import Experiment
from mannscope.training import Configuration, Network, Training, evaluate, train
from mannscope.training.store import save_network
from mannscope.training.subject import sizes_of

NUMERALS = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
            (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]  # fmt: skip


def roman(number: int) -> str:
    """Write a number in Roman numerals."""
    text = ""
    for value, numeral in NUMERALS:
        text, number = text + numeral * (number // value), number % value
    return text


def plurals(folder: Path) -> Path:
    """Words and their plurals: answers longer than inputs."""
    words = ["cat", "dog", "cow", "hen", "fox", "box", "bus", "city", "lady", "man", "ox", "sheep", "leaf"]
    words += ["church", "house", "tree", "book", "branch", "thunderstorm", "knife", "baby", "wish", "day"]
    ends = [("y", "ies"), ("s", "ses"), ("x", "xes"), ("h", "hes")]
    path = folder / "plurals.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["input", "target"])
        for word in words:
            end = next(((word[:-1] + new if old == "y" else word + "es") for old, new in ends
                        if word.endswith(old) and word != "day"), word + "s")  # fmt: skip
            lines.writerow([" ".join(word), " ".join(end)])
    return path


def numerals(folder: Path) -> Path:
    """Roman numerals of the numbers up to 120, compressed."""
    path = folder / "roman.jsonl.gz"
    with gzip.open(path, "wt") as file:
        for number in range(1, 121):
            record = {"input": list(roman(number)), "target": list(str(number))}
            file.write(json.dumps(record) + "\n")
    return path


def complements(folder: Path) -> Path:
    """Reverse complements of DNA, with blanks and some rows twice, as lists in a Parquet file."""
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pairs = dict(zip("ACGT", "TGCA", strict=True))
    strands = ["".join(one) for length in (1, 2, 3) for one in product("ACGT", repeat=length)] + ["A", "CG"]
    columns = {
        "input": [[*strand, "?", *"_" * len(strand)] for strand in strands],
        "target": [[None] * (len(strand) + 1) + [pairs[one] for one in strand[::-1]] for strand in strands],
    }
    parquet.write_table(pyarrow.table(columns), folder / "dna.parquet")
    return folder / "dna.parquet"


def telephones(folder: Path) -> Path:
    """Telephone numbers written in two ways, of one length each way, under categories."""
    path = folder / "telephone.csv"
    random = np.random.default_rng(0)
    lines = ["category,input,target"]
    for _ in range(60):
        digits = [str(digit) for digit in random.integers(0, 10, 7)]
        given = [*digits[:3], "-", *digits[3:]]
        category = " ".join("dash" if token == "-" else "digit" for token in given)
        lines.append(f"{category},{' '.join(given)},{' '.join([*digits[:3], '.', *digits[3:]])}")
    path.write_text("\n".join(lines))
    return path


def irises(folder: Path) -> Path:
    """Measurements of irises (Fisher 1936), as they come with scikit-learn, rounded: of one length."""
    from sklearn.datasets import load_iris

    found = load_iris()
    path, seen = folder / "iris.jsonl", set()
    with path.open("w") as file:
        for measured, kind in zip(found.data, found.target, strict=True):  # pyright: ignore[reportAttributeAccessIssue]
            tokens = [f"{name}{round(value)}" for name, value in zip("abcd", measured, strict=True)]
            if tuple(tokens) not in seen:  # of two kinds that look alike, the first
                file.write(json.dumps({"input": tokens, "target": [None] * 3 + [f"kind{kind}"]}) + "\n")
            seen.add(tuple(tokens))
    return path


def words(folder: Path) -> Path:
    """Stop words of English, as they come with scikit-learn: long ones are rare."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    path = folder / "stop_words.csv"
    rows = [f"{' '.join(word)},{' '.join(word[::-1])}\n" for word in sorted(ENGLISH_STOP_WORDS)]
    path.write_text("input,target\n" + "".join(rows))
    return path


TABLES = {
    "plurals": plurals,
    "numerals": numerals,
    "complements": complements,
    "telephones": telephones,
    "irises": irises,
    "words": words,
}
every_table = pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)


def network_of(path: Path, **training: int) -> Network:
    """Make an untrained network with no option but its size."""
    task, memory = {"name": "table", "path": str(path)}, {"name": "none"}
    options = Training(**training)  # pyright: ignore[reportArgumentType]
    return Network.fresh(Configuration(task, memory, {"name": "rnn", "hidden": 2}, training=options))


def held_out_texts(network: Network) -> set[str]:
    held_out = network.task.finite.held_out  # pyright: ignore[reportOptionalMemberAccess]
    return {network.task.text(inputs) for inputs in np.asarray(held_out.inputs)}


@every_table
def test_all_rows_fit_and_every_size_is_the_length_of_a_row(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    network = network_of(make(tmp_path))
    rows = network.task.finite
    assert rows is not None
    assert network.configuration.training.largest == rows.training.max()
    assert "do not" not in rows.lines(int(rows.training.max()))[-1].split(", ")[0]
    for multiples in ((1, 2, 5), MULTIPLES, (0.5, 1.0)):
        sizes = sizes_of(network, multiples)
        assert set(sizes) <= set(rows.lengths.tolist())
        assert list(sizes) == sorted(set(sizes))
        assert network.trained_size in sizes


@every_table
def test_evidence_counts_every_held_out_row_once_and_at_its_size(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    network = network_of(make(tmp_path))
    experiment = Experiment(network, 1000)
    texts = [network.task.text(inputs) for band in experiment.bands for inputs in band.inputs]
    assert len(texts) == len(set(texts)) == experiment.most
    assert set(texts) == held_out_texts(network)
    for band in experiment.bands:
        length = np.asarray(band.episodes.length)
        assert (length <= band.size).all()
        assert all((length > size)[band.size > size].all() for size in set(band.size.tolist()))
    assert network.trained_size in experiment.size


def test_accuracy_is_measured_on_every_held_out_row_once(tmp_path: Path) -> None:
    network = network_of(words(tmp_path), largest=4)
    sizes = sizes_of(network, (1, 2, 5))
    assert sizes[0] == 4
    assert len(sizes) == 3
    found = evaluate(network, sizes)
    assert sum(row.episodes for row in found) == len(held_out_texts(network))
    assert [row.size for row in found] == list(sizes)


def test_a_size_beyond_the_longest_row_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    network = network_of(words(tmp_path))
    with pytest.raises(MannscopeError, match="shortest and longest held-out rows"):
        evaluate(network, [5, 290])
    with pytest.raises(MannscopeError, match="Got 290"):
        network.sample(0, 4, 290)


def test_training_beyond_the_longest_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MannscopeError, match="must be at most the longest row to train on"):
        train(network_of(words(tmp_path), largest=99).configuration)


def test_the_command_line_says_how_many_rows_there_are_and_fit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = network_of(complements(tmp_path), largest=5)
    save_network(network, tmp_path)
    main(["evaluate", str(tmp_path), "--json"])
    printed = capsys.readouterr()
    assert "has 86 rows, 84 of them different." in printed.err
    assert "fit into 5 positions" in printed.err
    rows = json.loads(printed.out)["results"]
    assert [row["size"] for row in rows] == [5, 7]
    assert sum(row["episodes"] for row in rows) == len(held_out_texts(network))
