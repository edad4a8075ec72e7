"""The checkpoints of a run: which are kept, and what a disk that refuses them comes to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import orbax.checkpoint as ocp
from orbax.checkpoint.checkpoint_managers import preservation_policy

from train.config import TrainConfig
from train.disk import refusals
from train.learner import State

KEEP_EVERY = 1000  # steps; these checkpoints stay, for other runs to follow


class Checkpoints:
    """The last two of a run, each ``KEEP_EVERY``th, and the one before the cooldown.

    They are written while training goes on, so a refusal may be told by the next call. All that
    write raise `CatalogError` then; the checkpoints before stay.
    """

    def __init__(self, folder: Path, manager: ocp.CheckpointManager) -> None:
        self._folder = folder
        self._manager = manager

    @classmethod
    @contextmanager
    def of(cls, folder: Path, config: TrainConfig) -> Iterator[Checkpoints]:
        """Those in a folder, which is made. Raises `CatalogError`."""
        options = ocp.CheckpointManagerOptions(
            preservation_policy=preservation_policy.AnyPreservationPolicy(
                [
                    preservation_policy.LatestN(2),
                    preservation_policy.EveryNSteps(KEEP_EVERY),
                    preservation_policy.CustomSteps([config.cooldown_start]),
                ]
            )
        )
        with _quiet():
            with _told(folder):
                manager = ocp.CheckpointManager(folder.absolute(), options=options)
            try:
                yield cls(folder, manager)
            except BaseException:
                with suppress(Exception):  # what was raised first is what matters
                    manager.close()
                raise
            with _told(folder):
                manager.close()

    def latest(self, state: State) -> State:
        """The state of the last checkpoint, or ``state`` where there is none."""
        latest = self._manager.latest_step()
        if latest is None:
            return state
        return self._manager.restore(latest, args=ocp.args.StandardRestore(state))

    def save(self, step: int, state: State) -> None:
        """Begin to write a checkpoint, once the one before is written."""
        with _told(self._folder):
            self._manager.save(step, args=ocp.args.StandardSave(state))

    def finish(self) -> None:
        """Wait until all are written."""
        with _told(self._folder):
            self._manager.wait_until_finished()


def _told(folder: Path) -> AbstractContextManager[None]:
    return refusals("a checkpoint", folder, "it goes on from the checkpoint before")


@contextmanager
def _quiet() -> Iterator[None]:
    """What its threads log in hundreds of lines is raised as well."""
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
