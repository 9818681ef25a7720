"""A task beyond the three of the package, for tests of parts that know tasks by their names."""

from __future__ import annotations

import pytest

from mmmtl.tasks import ScalarTask, Task, forget_task, register_task

HEIGHT = ScalarTask(name='height', unit='m', invalid=0)
"""One number per pixel, 0 where there is none."""


class _Registry(dict[str, Task]):
    """Registers what is put in and forgets what is taken out."""

    def __setitem__(self, name: str, task: Task) -> None:
        register_task(task)

    def __delitem__(self, name: str) -> None:
        forget_task(name)


def register_until_the_end(monkeypatch: pytest.MonkeyPatch, task: Task) -> Task:
    """Makes a task known by its name until the end of a test."""
    monkeypatch.setitem(_Registry(), task.name, task)
    return task


def register_height(monkeypatch: pytest.MonkeyPatch) -> Task:
    """Makes the task ``'height'`` known until the end of a test."""
    return register_until_the_end(monkeypatch, HEIGHT)
