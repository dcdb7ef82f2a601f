"""A search for the options of a configuration, which keeps every trial."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.files import atomic
from mannscope.locks import exclusive
from mannscope.pools import (
    Log,
    LogTailer,
    Pool,
    ProgressLog,
    SerialPool,
    SharedLog,
    TrainingLog,
    next_done,
    open_pool,
)
from mannscope.sweeps.space import Space
from mannscope.training import Configuration, evaluate, train
from mannscope.training.store import summarise, write_json

if TYPE_CHECKING:
    import optuna

JOURNAL, LOG, BEST = "sweep.journal", "sweep.log", "best.yaml"


class Score(NamedTuple):
    """What a trial reached."""

    value: float
    """Mean exact accuracy over sizes and shapes, the lower of soft and discretised of each, in [0, 1]."""
    exact: dict[str, float]
    """That of each size and shape."""
    steps: int
    seconds: float
    """Of training."""


def run_sweep(
    space: Space,
    out: Path,
    trials: int,
    *,
    workers: int = 1,
    pool: str = "local",
    pool_options: Mapping[str, str] | None = None,
    log: Log = lambda message: None,
) -> dict[str, Any]:
    """Search a space by trials, each a network that is trained and scored, and return all of them.

    The folder keeps an Optuna journal, a run folder for each trial, and the best configuration as
    `best.yaml`. An interrupted sweep continues where it stopped, with the trials that were running.

    Args:
        space: What is searched.
        out: Folder of the sweep.
        trials: Number of trials in all, including those already in the folder.
        workers: Trials at a time.
        pool: Where they run: `local`, `dask` or `slurm`. The folder must be visible from there.
        pool_options: Options of the pool.
        log: Called with lines about what is being done.

    Raises:
        MannscopeError: if Optuna is not installed, another process writes in the folder, or every trial
            failed.
    """
    with exclusive(Path(out)):
        return _run(space, Path(out), trials, workers, pool, pool_options or {}, log)


def _run(
    space: Space,
    out: Path,
    trials: int,
    workers: int,
    pool: str,
    pool_options: Mapping[str, str],
    log: Log,
) -> dict[str, Any]:
    study = _open(space, out)
    with open_pool(pool, workers, out, pool_options) as opened:
        _search(study, space, out, trials, workers, opened, log)
    found = [_plain(trial) for trial in study.get_trials(deepcopy=False)]
    done = [trial for trial in found if trial["value"] is not None]
    if not done:
        remedy = f"See {out / LOG}, and correct the space"
        raise MannscopeError("at least one trial must finish", "none", remedy)
    best = max(done, key=lambda trial: trial["value"])
    _write(out / BEST, space.configure(best["options"]))
    return {"name": space.name, "best": best, "trials": found, "configuration": str(out / BEST)}


def attempt(configuration: Configuration, folder: Path, space: Space, log: Log) -> Score:
    """Train a network, or resume its training, and score it.

    Raises:
        MannscopeError: if training fails.
    """
    progress = ProgressLog(log, folder.name)
    with progress.timed("training", patience=30.0):
        training_log = TrainingLog(progress, configuration.training.steps, pause=30.0)
        network = train(configuration, folder, resume=True, report=training_log.on_progress)
    rows = evaluate(network, space.sizes, space.shapes, episodes=space.episodes)
    exact = {f"{row.size} {row.shape}": min(row.exact, row.exact_discrete) for row in rows}
    run = summarise(folder)
    score = Score(sum(exact.values()) / len(exact), exact, run["steps"], run["seconds"])
    write_json(folder / "score.json", score._asdict())
    progress.write(f"{score.value:.3f} after {score.steps} steps")
    return score


def _open(space: Space, out: Path) -> "optuna.Study":
    try:
        import optuna
    except ImportError as problem:
        remedy = "pip install 'mannscope[sweep]'"
        raise MannscopeError("Optuna must be installed for a sweep", "no such package", remedy) from problem
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    _mend(out)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(out / JOURNAL))),
        study_name=space.name,
        direction="maximize",
        load_if_exists=True,
    )
    for chosen in space.start:
        study.enqueue_trial(dict(chosen), skip_if_exists=True)
    return study


def _sampler(number: int) -> "optuna.samplers.BaseSampler":
    """Make what draws the options of one trial: the same ones, however often the sweep was interrupted."""
    import optuna

    return optuna.samplers.TPESampler(seed=number, multivariate=True, constant_liar=True, n_startup_trials=6)


def _mend(out: Path) -> None:
    """Clear up after a sweep that was killed: a last line that was cut off, and the lock of the journal.

    Whoever holds the folder is the only one to write the journal.
    """
    journal = out / JOURNAL
    (out / f"{JOURNAL}.lock").unlink(missing_ok=True)
    if journal.is_file() and not (content := journal.read_bytes()).endswith(b"\n"):
        with atomic(journal) as partial:
            partial.write_bytes(content[: content.rfind(b"\n") + 1])


def _search(
    study: "optuna.Study", space: Space, out: Path, trials: int, workers: int, pool: Pool, log: Log
) -> None:
    from optuna.trial import Trial, TrialState

    tailer = LogTailer(out / LOG, log)
    workers_log = log if isinstance(pool, SerialPool) else SharedLog(out / LOG)
    interrupted = study.get_trials(states=[TrialState.RUNNING], deepcopy=False)
    running: dict[Any, int] = {}

    def submit() -> None:
        while len(running) < workers:
            if not interrupted and _started(study) >= trials:
                return
            study.sampler = _sampler(interrupted[-1].number if interrupted else _started(study))
            # One that was interrupted may have been so before it had drawn every option.
            trial = Trial(study, interrupted.pop()._trial_id) if interrupted else study.ask()
            number, chosen = trial.number, space.draw(trial)
            configuration = space.configure(chosen, number)
            log(f"trial-{number}: {', '.join(f'{name} {value}' for name, value in chosen.items())}")
            running[pool.submit(attempt, configuration, out / f"trial-{number}", space, workers_log)] = number

    submit()
    while running:
        for job in next_done(list(running), tailer.poll):
            number = running.pop(job)
            try:
                study.tell(number, job.result().value)
            except MannscopeError as problem:
                log(f"trial-{number}: {problem}")
                study.tell(number, state=TrialState.FAIL)
        submit()
    tailer.poll()


def _started(study: "optuna.Study") -> int:
    from optuna.trial import TrialState

    return sum(trial.state != TrialState.WAITING for trial in study.get_trials(deepcopy=False))


def _plain(trial: "optuna.trial.FrozenTrial") -> dict[str, Any]:
    """Return plain values of a trial for JSON."""
    return {
        "trial": trial.number,
        "state": trial.state.name.lower(),
        "value": trial.value,
        "options": trial.params,
    }


def _write(path: Path, configuration: Configuration) -> None:
    import yaml

    with atomic(path) as partial:
        partial.write_text(yaml.safe_dump(configuration.to_dict(), sort_keys=False, allow_unicode=True))
