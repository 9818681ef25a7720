"""The page on tasks of one's own, word for word in an empty folder, with two epochs for twenty."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from mmseg.registry import METRICS, MODELS, TASK_UTILS
from PIL import Image

from mmmtl.models import losses
from tests.utils.doc_pages import read_blocks, run_session
from tests.utils.paths import DOCS, REPOSITORY

PAGE = 'tasks.md'
DOC = (DOCS / PAGE).read_text()
STREETS = 'Five tasks on the embedded streets'
FAST = {
    'max_epochs=20': 'max_epochs=2',
    'epoch_20': 'epoch_2',
    'val_interval=10': 'val_interval=2',
}
LOOK = """
import torch
from mmmtl.tasks import build_tasks

task = build_tasks(dict(angle=dict(type='OrientationTask')))['angle']
angles = np.array([[10.0, 100.0]], np.float32)
mean = task.from_mean((task.to_mean(to_vector(torch.tensor([[[170.0]]])))
    + task.to_mean(to_vector(torch.tensor([[[30.0]]])))) / 2)
print(json.dumps(dict(
    metrics=metrics,
    constants=constants,
    flipped=task.flip_map(angles, 'horizontal').tolist(),
    rolled=task.rotate_map(angles[:, :1], 90.0).tolist(),
    mean=task.decode(mean).item(),
    kept=task.output_field,
)))
"""


class Session(NamedTuple):
    """What a reader has at the end of the page."""

    folder: Path
    printed: list[list[str]]


@pytest.fixture(scope='module')
def session(tmp_path_factory):
    folder = tmp_path_factory.mktemp('empty')
    look = 'from orientation import to_vector\n' + LOOK
    printed = run_session(PAGE, folder, FAST, after=look, without=STREETS)
    return Session(folder, printed)


def block(text: str) -> int:
    """The number of the block in which a text stands, among those that print."""
    blocks = [b for b in read_blocks(PAGE, STREETS) if b.file is None]
    (number,) = [i for i, b in enumerate(blocks) if text in b.code]
    return number


@pytest.mark.e2e
def test_every_block_runs_and_prints_what_the_page_says(session):
    printed = session.printed
    table = [line for line in printed[block('edge/AP')] if line.startswith('| ')]
    assert [line.split('|')[1].strip() for line in table[-2:]] == ['network', 'constants']
    shapes, classes = printed[block('inferencer =')][-2:]
    assert ast.literal_eval(shapes) == dict(
        parts=((48, 64), 'int64'), edge=((48, 64), 'float32'), albedo=((48, 64, 3), 'float32')
    )
    assert classes == "('background', 'head', 'body', 'legs')"
    shapes, edge = printed[block('onnxruntime')][-2:]
    assert ast.literal_eval(shapes) == dict(
        parts=(1, 4, 48, 64), edge=(1, 1, 48, 64), albedo=(1, 3, 48, 64)
    )
    assert ast.literal_eval(edge)['quantity'] == 'binary'
    assert printed[block('partly_labelled')][-1].startswith('tensor(True) tensor([0, 1, 2, 3]')
    assert len([line for line in printed[block('two words')] if line.startswith('tasks')]) == 5
    assert printed[block('nobody')][-1] == '[4, 2]'
    assert "ScalarTask(name='height', unit='m'" in printed[block('import known_tasks')][-1]
    assert ast.literal_eval(printed[block('CheckpointLoader')][-1]) == dict(
        parts=dict(type='ClassTask', classes=['background', 'head', 'body', 'legs']),
        edge=dict(type='BinaryTask'),
        albedo=dict(type='VectorTask', channels=3),
    )


@pytest.mark.e2e
def test_the_files_are_where_the_page_says(session):
    out = session.folder / 'predictions'
    for path in re.findall(r'^\| `predictions/(\S+\.(?:png|npy))`', DOC, re.MULTILINE):
        for task in ('parts', 'edge', 'albedo'):
            assert (out / path.replace('TASK', task)).is_file()
    ids, mask = (np.asarray(Image.open(out / f'{task}/00.png')) for task in ('parts', 'edge'))
    np.testing.assert_array_equal(ids, np.load(out / 'parts/00.npy'))
    np.testing.assert_allclose(mask / 255, np.load(out / 'edge/00.npy'), atol=1 / 255)
    assert np.load(out / 'albedo/00.npy').shape == (48, 64, 3)
    assert len(list((session.folder / 'pictures').rglob('*.png'))) >= 4
    assert list((session.folder / 'run').glob('best_edge_maxF_epoch_*.pth'))
    assert list((session.folder / 'run_stripes').glob('best_angle_mean_epoch_*.pth'))
    angle = np.load(session.folder / 'predictions_stripes/angle/00.npy')
    assert 0 <= angle.min() <= angle.max() < 180


@pytest.mark.e2e
def test_the_class_of_the_image_is_learned_beside_the_parts(session):
    table = [line for line in session.printed[block('light/accuracy')] if line.startswith('| ')]
    assert [line.split('|')[1].strip() for line in table[-2:]] == ['network', 'constants']
    labels = [
        (session.folder / f'data/light_{split}.csv').read_text().splitlines()
        for split in ('train', 'val')
    ]
    assert [len(lines) for lines in labels] == [45, 5]
    found = [[line.split(',')[1] for line in lines[1:]] for lines in labels]
    commonest = max(('dim', 'bright'), key=found[0].count)
    share = 100 * found[1].count(commonest) / 4
    assert float(table[-1].split('|')[3].strip(' *')) == pytest.approx(share)
    record = json.loads((session.folder / 'predictions_light/light/00.json').read_text())
    assert list(record) == ['class', 'id', 'score', 'scores']
    assert list(record['scores']) == ['dim', 'bright']
    assert (session.folder / 'predictions_light/pictures_light/00.png').is_file()
    assert list((session.folder / 'run_light').glob('best_light_accuracy_epoch_*.pth'))


@pytest.mark.e2e
def test_the_kind_of_the_page_is_right(session):
    found = json.loads(session.printed[-1][-1])
    assert found['flipped'] == [[80.0, 170.0]]
    assert found['rolled'] == [[100.0]]
    assert found['kept'] == 'angle_logits'
    assert found['mean'] == pytest.approx(10.0, abs=1e-3)  # between 170 and 210
    angles = {
        split: np.stack(
            [np.load(path) for path in (session.folder / 'stripes/angles' / split).iterdir()]
        )
        for split in ('train', 'val')
    }
    mean = np.angle(np.exp(2j * np.deg2rad(angles['train'])).mean(), deg=True) / 2
    error = abs(angles['val'] - mean) % 180
    expected = np.minimum(error, 180 - error).mean()
    assert found['constants']['angle/mean'] == pytest.approx(expected, rel=1e-3)


@pytest.mark.e2e
def test_the_streets_run_in_a_checkout(tmp_path):
    for name in ('configs', 'tools'):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    train = 'tools/train.py configs/mtan_segnet_streets5.py'
    short = {
        '200 --val 40': '8 --val 2',
        train: f'{train} --cfg-options train_cfg.max_epochs=1 param_scheduler.0.total_steps=1',
        'epoch_5': 'epoch_1',
    }
    *_, table, _ = run_session(PAGE, tmp_path, short, only=STREETS)
    # The columns of the table that was printed are those of the page's.
    (head,) = [line for line in table if 'category/mIoU' in line]
    section = DOC.partition(f'## {STREETS}\n')[2]
    (stated,) = [line for line in section.splitlines() if 'category/mIoU' in line]
    named = re.findall(r'\w+/[\w.]+', stated)
    assert len({name.partition('/')[0] for name in named}) == 5
    assert set(named) <= set(re.findall(r'\w+/[\w.]+', head))
    assert len(list((tmp_path / 'pictures').rglob('*.png'))) == 2


def test_the_tables_list_every_loss_reader_and_metric():
    def table(title: str) -> set[str]:
        section = DOC.partition(f'## {title}\n')[2].partition('\n## ')[0]
        return set(
            re.findall(r'`(\w+)[(`]', '\n'.join(re.findall(r'^\| (`.*?) \|', section, re.M)))
        )

    named = {
        name
        for name in losses.__all__
        if name.endswith('Loss') and name not in ('MapLoss', 'PixelLoss')
    }
    assert table('Losses') == named
    assert all(MODELS.get(name) for name in named)
    readers = {n for n, found in TASK_UTILS.module_dict.items() if 'readers' in found.__module__}
    assert table('Labels on disk') == readers
    metrics = {
        n for n, found in METRICS.module_dict.items() if found.__module__.startswith('mmmtl.')
    }
    assert table('Metrics') == metrics


def test_links_lead_somewhere(repository):
    headings = {line.lstrip('# ').lower() for line in DOC.splitlines() if line.startswith('#')}
    anchors = {heading.replace(' ', '-') for heading in headings}
    assert set(re.findall(r'\]\(#([\w-]+)\)', DOC)) <= anchors
    for file in re.findall(r'\]\(([\w/]+\.(?:md|png))\)', DOC):
        assert (repository / 'docs' / file).is_file()
    for file in re.findall(r'\b((?:mmmtl|tools|configs)/[\w/]+\.py)\b', DOC):
        assert (repository / file).is_file()
