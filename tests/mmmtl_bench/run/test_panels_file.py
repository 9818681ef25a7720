import numpy as np
import pytest
import torch

from mmmtl.visualization import PanelRow
from mmmtl_bench.run.panels_file import Panels, read_panels, write_panels
from mmmtl_bench.suite.run_spec import RunSpec
from tests.utils.run_folders import panels_of


def test_panels_come_back_as_they_were(tmp_path):
    spec = RunSpec('streets7', 'MTAN', ('seg', 'depth'), 'equal', 0, 'mtan.py')
    panels = panels_of(spec)
    write_panels(panels, tmp_path / 'panels.npz')
    found = read_panels(tmp_path / 'panels.npz')

    assert found.metainfo == panels.metainfo
    assert len(found.rows) == len(panels.rows) == 3
    for row, expected in zip(found.rows, panels.rows, strict=True):
        assert np.array_equal(row.image, expected.image)
        for kind in ('labels', 'predictions'):
            maps, wanted = getattr(row, kind), getattr(expected, kind)
            assert list(maps) == ['seg', 'depth']
            for task, values in wanted.items():
                assert torch.equal(maps[task], values), task
                assert maps[task].dtype == (torch.int64 if task == 'seg' else torch.float32)


def test_images_of_several_sizes_and_titles(tmp_path):
    rows = tuple(
        PanelRow(
            np.zeros((height, 6, 3), np.uint8),
            {'seg': torch.full((1, height, 6), 300)},
            title=f'{height}',
        )
        for height in (4, 5)
    )
    write_panels(Panels(rows, {}), tmp_path / 'panels.npz')
    found = read_panels(tmp_path / 'panels.npz').rows
    assert [row.title for row in found] == ['4', '5']
    assert [row.labels['seg'].shape for row in found] == [(1, 4, 6), (1, 5, 6)]
    assert all((row.labels['seg'] == 300).all() for row in found)


def test_a_file_of_something_else(tmp_path):
    np.savez(tmp_path / 'panels.npz', a=1)
    with pytest.raises(ValueError, match="expected the panels of a run, lacking 'metainfo'"):
        read_panels(tmp_path / 'panels.npz')
