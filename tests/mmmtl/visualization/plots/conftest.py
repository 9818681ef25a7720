from __future__ import annotations

from typing import Any

import pytest
from matplotlib.figure import Figure


@pytest.fixture
def figures(monkeypatch) -> list[Figure]:
    """The figures that a test has written."""
    written = []
    save = Figure.savefig

    def keep(figure: Figure, *args: Any, **options: Any) -> None:
        written.append(figure)
        save(figure, *args, **options)

    monkeypatch.setattr(Figure, 'savefig', keep)
    return written
