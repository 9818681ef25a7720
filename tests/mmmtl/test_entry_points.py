"""What users call works in a script of their own, whatever scope mmengine's registries have."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.utils.entry_points import ENTRY_POINTS
from tests.utils.toy.toy_runs import run

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize('scope', ['none', 'other', 'mmseg'])
def test_every_entry_point_works_and_leaves_the_scope(scope: str, tmp_path: Path) -> None:
    done = run(sys.executable, '-m', 'tests.utils.entry_points', scope, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout.splitlines()[-1])
    failed = [f'{name}: {outcome}' for name, outcome in outcomes.items() if outcome != 'works']
    assert not failed, '\n'.join(failed)
    assert list(outcomes) == [entry_point.__name__ for entry_point in ENTRY_POINTS]
