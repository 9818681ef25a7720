"""A task beyond the three of the package, for tests of networks with any number of tasks."""

from __future__ import annotations

import pytest

from mmmtl.tasks import ScalarTask, known, register_task

HEIGHT = ScalarTask(name='height', invalid=0)
"""One number per pixel, 0 where there is none."""


def register_height(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the task ``'height'`` known by its name until the end of a test."""
    monkeypatch.setattr(known, '_KNOWN', dict(known._KNOWN))
    register_task(HEIGHT)
