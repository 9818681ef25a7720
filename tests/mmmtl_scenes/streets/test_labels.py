from __future__ import annotations

import pytest

from mmmtl.datasets.cityscapes_labels import LABELS
from mmmtl_scenes.streets.labels import LabelId


@pytest.mark.parametrize('label', LabelId)
def test_ids_are_those_of_the_official_table(label: LabelId) -> None:
    (name,) = [row.name for row in LABELS if row.id == label]
    assert label.name.lower().replace('_', ' ') == name
