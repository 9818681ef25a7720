import json

import numpy as np
import pytest

from mmmtl.datasets import NYUv2MultiTaskDataset
from mmmtl_scenes import RoomSet, render_room

SMALL = ('--size', '24x32', '--train', '1', '--val', '1', '--workers', '1')


def test_a_set_is_rendered_that_the_data_set_reads(render, tmp_path):
    out = tmp_path / 'rooms'
    code, printed, _ = render('make_rooms', out, *SMALL, '--seed', '5', '--dropouts', '0')
    assert code == 0
    assert printed.endswith(f'{out}: 2 samples rendered.\n')
    image = np.load(out / 'train' / 'image' / '0.npy')
    np.testing.assert_allclose(image, render_room((5, 0, 0), (24, 32)).image / 255, atol=1e-6)
    assert len(NYUv2MultiTaskDataset(data_root=str(out), pipeline=[])) == 1
    expected = RoomSet(size=(24, 32), train=1, val=1, seed=5, dropouts=0.0).record()
    (record,) = out.glob('*.json')
    assert json.loads(record.read_text()) == json.loads(json.dumps(expected))

    code, printed, error = render('make_rooms', out, *SMALL, '--seed', '6', '--quiet')
    assert (code, printed) == (1, '')
    assert 'rooms that were made with other parameters: seed is 5, expected 6' in error
    assert 'Traceback' not in error


def test_the_form_of_the_official_file(render, tmp_path):
    h5py = pytest.importorskip('h5py')
    out = tmp_path / 'rooms.mat'
    code, printed, _ = render('make_rooms', out, '--format', 'mat', *SMALL, '--quiet')
    assert (code, printed) == (0, '')
    assert sorted(path.name for path in tmp_path.iterdir()) == ['rooms.mat', 'splits.mat']
    with h5py.File(out) as file:
        assert file['images'].shape == (2, 3, 32, 24)


@pytest.mark.parametrize(
    ('arguments', 'message'),
    [
        (['--size', '24'], "expected HEIGHTxWIDTH such as 128x256, found '24'"),
        (['--format', 'png'], "invalid choice: 'png'"),
    ],
)
def test_wrong_arguments_are_named(render, tmp_path, arguments, message):
    code, _, error = render('make_rooms', tmp_path / 'out', *arguments)
    assert code == 2
    assert message in error
    assert not (tmp_path / 'out').exists()
