"""A task beyond the three of the package, for tests of networks with any number of tasks."""

from __future__ import annotations

import pytest

import mmmtl.tasks
from mmmtl.tasks import Quantity, Task, register_task


def register_height(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adds the task ``'height'``, one number per pixel, until the end of a test."""
    monkeypatch.setattr('mmmtl.tasks._TASKS', dict(mmmtl.tasks._TASKS))
    register_task(
        Task(
            name='height',
            quantity=Quantity.SCALAR,
            map_key='gt_height_map',
            path_key='height_map_path',
            gt_field='gt_height_map',
            pred_field='pred_height_map',
            invalid=0,
        )
    )
