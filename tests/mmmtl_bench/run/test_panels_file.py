import json

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


def test_one_class_for_the_whole_image(tmp_path):
    image = np.zeros((4, 6, 3), np.uint8)
    label, scores = torch.full((1, 1, 1), 2), torch.rand(3, 1, 1)
    row = PanelRow(image, {'weather': label}, {'weather': scores})
    write_panels(Panels((row,), {}), tmp_path / 'panels.npz')
    (found,) = read_panels(tmp_path / 'panels.npz').rows
    assert torch.equal(found.labels['weather'], label)
    assert torch.equal(found.predictions['weather'], scores)


def test_a_file_of_something_else(tmp_path):
    np.savez(tmp_path / 'panels.npz', a=1)
    with pytest.raises(ValueError, match="expected the panels of a run, lacking 'metainfo'"):
        read_panels(tmp_path / 'panels.npz')


def arrays(**changes):
    """What a file holds of one small image."""
    image = np.zeros((2, 3, 3), np.uint8)
    values = {
        'metainfo': np.array(json.dumps({'classes': ['a'], 'palette': [[1, 2, 3]]})),
        '0/title': np.array('x'),
        '0/image': image,
        '0/labels/seg': np.zeros((1, 2, 3), np.uint8),
    }
    return {**values, **{key.replace('__', '/'): value for key, value in changes.items()}}


@pytest.mark.parametrize(
    ('changes', 'problem'),
    [
        ({'metainfo': np.array('[]')}, 'metainfo: list'),
        ({'metainfo': np.array('[' * 100_000)}, 'recursion'),
        ({'metainfo': np.array('{"classes": "a"}')}, 'classes that are no names'),
        ({'metainfo': np.array('{"palette": [[1, 2, "3"]]}')}, 'a palette that is no list'),
        ({'metainfo': np.array('{"palette": 3}')}, 'a palette that is no list'),
        ({'0__image': np.zeros((2, 3), np.uint8)}, r'0/image: uint8 of shape \(2, 3\)'),
        ({'0__image': np.zeros((2, 3, 3))}, '0/image: float64'),
        ({'0__labels__seg': np.zeros((1, 3, 3))}, r'0/labels/seg: shape \(1, 3, 3\)'),
        ({'0__labels__seg': np.array([['x']])}, 'could not convert'),
        ({'0__labels__seg': np.array([{}], object)}, 'Object arrays cannot be loaded'),
        ({'x': np.zeros((1000, 1001), np.uint8)}, 'x: more than 1000000 bytes'),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path, monkeypatch, changes, problem):
    monkeypatch.setenv('MMMTL_MAX_PIXELS', '1000000')
    path = tmp_path / 'panels.npz'
    np.savez_compressed(path, **arrays())
    assert read_panels(path).metainfo['classes'] == ['a']
    np.savez_compressed(path, **arrays(**changes))
    with pytest.raises(ValueError, match=rf'panels\.npz: expected the panels of a run.*{problem}'):
        read_panels(path)


@pytest.mark.parametrize('content', [b'', b'PK', b'\x93NUMPY', b'cos\nsystem\n(S"x"\ntR.'])
def test_a_file_that_is_no_archive(tmp_path, content):
    path = tmp_path / 'panels.npz'
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r'panels\.npz: expected the panels of a run'):
        read_panels(path)
