import cv2
import numpy as np
import pytest
import torch

from mmmtl.commands.data import browse
from mmmtl.commands.program import run_program


@pytest.fixture
def drawn(monkeypatch):
    """What is given to the function that draws."""
    calls = []
    draw = browse.draw_panels

    def remember(*args):
        calls.append(args)
        return draw(*args)

    monkeypatch.setattr(browse, 'draw_panels', remember)
    return calls


def run(*arguments):
    return run_program(browse, list(map(str, arguments)))


def test_browse_dataset(experiment, image_path, drawn, tmp_path, capsys):
    assert run(experiment[0], '--out', tmp_path, '--num', 2, '--views', 8) == 0
    assert '2 of 4 samples' in capsys.readouterr().out
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        '000000_town_000000_000000_leftImg8bit.png',
        '000003_town_000000_000003_leftImg8bit.png',
    ]
    rows, metainfo, _ = drawn[0]
    assert metainfo['depth_unit'] == 'mtan'
    assert [row.title for row in rows] == [f'view {number}' for number in range(1, 9)]
    flips = [np.array_equal(row.image, rows[0].image[:, ::-1]) for row in rows]
    assert 0 < sum(flips) < 8  # augmentations differ
    for row, flipped in zip(rows, flips, strict=True):  # and labels move along
        for name in ('seg', 'depth'):
            first = rows[0].labels[name]
            assert torch.equal(row.labels[name], first.flip(-1) if flipped else first)
    image = cv2.imread(image_path('train'))
    assert any(np.array_equal(row.image, image[..., ::-1]) for row in rows)


def test_browse_dataset_of_another_phase(experiment, drawn, tmp_path):
    assert run(experiment[0], '--out', tmp_path, '--phase', 'test') == 0
    assert [len(args[0]) for args in drawn] == [1, 1, 1]


def test_browse_dataset_with_tasks_of_ones_own(own_tasks, drawn, tmp_path):
    assert run(own_tasks.config, '--out', tmp_path, '--num', 1) == 0
    rows, metainfo, _ = drawn[0]
    assert list(rows[0].labels) == list(metainfo['tasks']) == ['parts', 'edge', 'albedo']
    assert rows[0].labels['albedo'].shape == (3, 24, 36)
    assert metainfo['tasks']['parts']['classes'] == ['head', 'body', 'legs']


def test_a_wrong_number_is_named(experiment, capsys):
    assert run(experiment[0], '--num', 0) == 1
    assert 'error: --num: expected at least 1, found 0.' in capsys.readouterr().err


def test_browse_several_sets(experiment, drawn, tmp_path, capsys):
    config = tmp_path / 'several.py'
    config.write_text(
        'from mmengine.config import Config\n'
        f'loader = Config.fromfile({str(experiment[0])!r}).test_dataloader.to_dict()\n'
        'test_dataloader = dict(near=loader, far=loader)\n'
    )
    assert run(config, '--out', tmp_path / 'out', '--phase', 'test', '--num', 100) == 0
    rows = [call[0] for call in drawn]
    assert len(rows) % 2 == 0
    assert len(list((tmp_path / 'out').iterdir())) == len(rows)
    assert f'{len(rows)} of {len(rows)} samples' in capsys.readouterr().out
