"""A sweep: a search for the options of a configuration, whose whole log is kept."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mannscope.errors import MannscopeError
from mannscope.studies.journal import Follower, Journal, Log, SharedLog
from mannscope.studies.networks import Listener
from mannscope.studies.pools import Here, Pool, next_done, open_pool
from mannscope.studies.space import Space
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
    """Search a space by trials, each a network that is trained and judged, and give all of them.

    The folder keeps an Optuna journal, a run folder for each trial, and the best configuration as
    `best.yaml`. A sweep that was interrupted goes on where it stopped, with the trials that were under way.

    Args:
        space: What is searched.
        out: Folder of the sweep.
        trials: Number of trials in all, with those that the folder has already.
        workers: Trials at a time.
        pool: Where they are worked on: `local`, `dask` or `slurm`. The folder must be seen from there.
        pool_options: Options of the pool.
        log: Told what is being done.

    Raises:
        MannscopeError: if Optuna is not installed, or every trial failed.
    """
    out = Path(out)
    study = _open(space, out)
    with open_pool(pool, workers, out, pool_options or {}) as opened:
        _search(study, space, out, trials, workers, opened, log)
    found = [_plain(trial) for trial in study.get_trials(deepcopy=False)]
    done = [trial for trial in found if trial["value"] is not None]
    if not done:
        remedy = f"See {out / LOG}, and correct the space"
        raise MannscopeError("at least one trial must come to its end", "none", remedy)
    best = max(done, key=lambda trial: trial["value"])
    _write(out / BEST, space.configure(best["options"]))
    return {"name": space.name, "best": best, "trials": found, "configuration": str(out / BEST)}


def attempt(configuration: Configuration, folder: Path, space: Space, log: Log) -> Score:
    """Train a network, or train it further, and judge it.

    Raises:
        MannscopeError: if training fails.
    """
    journal = Journal(log, folder.name)
    with journal.timed("training", patience=30.0):
        listener = Listener(journal, configuration.training.steps, pause=30.0)
        network = train(configuration, folder, resume=True, report=listener.hear)
    rows = evaluate(network, space.sizes, space.shapes, episodes=space.episodes)
    exact = {f"{row.size} {row.shape}": min(row.exact, row.exact_discrete) for row in rows}
    told = summarise(folder)
    score = Score(sum(exact.values()) / len(exact), exact, told["steps"], told["seconds"])
    write_json(folder / "score.json", score._asdict())
    journal.say(f"{score.value:.3f} after {score.steps} steps")
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
    out.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(out / JOURNAL))),
        study_name=space.name,
        direction="maximize",
        load_if_exists=True,
    )
    # The seed moves on with the trials that are there: a sweep that goes on does not draw the same again.
    study.sampler = optuna.samplers.TPESampler(
        seed=len(study.trials), multivariate=True, constant_liar=True, n_startup_trials=6
    )
    if not study.trials:
        for chosen in space.start:
            study.enqueue_trial(dict(chosen))
    return study


def _search(
    study: "optuna.Study", space: Space, out: Path, trials: int, workers: int, pool: Pool, log: Log
) -> None:
    from optuna.trial import TrialState

    follower = Follower(out / LOG, log)
    told = log if isinstance(pool, Here) else SharedLog(out / LOG)
    left = [
        (trial.number, trial.params)
        for trial in study.get_trials(states=[TrialState.RUNNING], deepcopy=False)
    ]
    running: dict[Any, int] = {}

    def send() -> None:
        while len(running) < workers:
            if left:
                number, chosen = left.pop()
            elif _begun(study) < trials:
                trial = study.ask()
                number, chosen = trial.number, space.draw(trial)
            else:
                return
            configuration = space.configure(chosen, number)
            log(f"trial-{number}: {', '.join(f'{name} {value}' for name, value in chosen.items())}")
            running[pool.submit(attempt, configuration, out / f"trial-{number}", space, told)] = number

    send()
    while running:
        for job in next_done(list(running), follower.follow):
            number = running.pop(job)
            try:
                study.tell(number, job.result().value)
            except MannscopeError as problem:
                log(f"trial-{number}: {problem}")
                study.tell(number, state=TrialState.FAIL)
        send()
    follower.follow()


def _begun(study: "optuna.Study") -> int:
    from optuna.trial import TrialState

    return sum(trial.state != TrialState.WAITING for trial in study.get_trials(deepcopy=False))


def _plain(trial: "optuna.trial.FrozenTrial") -> dict[str, Any]:
    return {
        "trial": trial.number,
        "state": trial.state.name.lower(),
        "value": trial.value,
        "options": trial.params,
    }


def _write(path: Path, configuration: Configuration) -> None:
    import yaml

    from mannscope.files import atomic

    with atomic(path) as partial:
        partial.write_text(yaml.safe_dump(configuration.to_dict(), sort_keys=False, allow_unicode=True))
