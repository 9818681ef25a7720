import cv2
import numpy as np
import torch


def test_browse_dataset(experiment, image_path, tool, drawn, tmp_path):
    calls = drawn('draw_panels')
    code, printed = tool(
        'browse_dataset', experiment[0], '--out', tmp_path, '--num', 2, '--views', 8
    )
    assert code == 0, printed
    assert '2 of 4 samples' in printed
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        '000000_town_000000_000000_leftImg8bit.png',
        '000003_town_000000_000003_leftImg8bit.png',
    ]
    rows, metainfo, _ = calls[0][0]
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


def test_browse_dataset_of_another_phase(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_panels')
    code, _ = tool('browse_dataset', experiment[0], '--out', tmp_path, '--phase', 'test')
    assert code == 0
    assert len(calls) == 3
    assert [len(args[0]) for args, _ in calls] == [1, 1, 1]


def test_browse_dataset_with_tasks_of_ones_own(own_tasks, tool, drawn, tmp_path):
    calls = drawn('draw_panels')
    code, printed = tool('browse_dataset', own_tasks.config, '--out', tmp_path, '--num', 1)
    assert code == 0, printed
    rows, metainfo, _ = calls[0][0]
    assert list(rows[0].labels) == list(metainfo['tasks']) == ['parts', 'edge', 'albedo']
    assert rows[0].labels['albedo'].shape == (3, 24, 36)
    assert metainfo['tasks']['parts']['classes'] == ['head', 'body', 'legs']
