"""Curves of runs whose weights are learned: what is drawn first is what the network learns."""

import pytest
from mmengine.visualization import LocalVisBackend

from mmmtl.visualization import draw_learning_curves
from mmmtl.visualization.plots import learning_curves as module

NAMES = ('seg', 'depth')


def log_learned(work_dir, regulariser=True, weight=None):
    """Losses fall, weights rise faster, and the total is below zero."""
    backend = LocalVisBackend(str(work_dir / '20250101_000000' / 'vis_data'))
    for epoch in range(1, 5):
        entry = {'epoch': epoch, 'iter': epoch, 'loss': -0.1 * epoch}
        for name in NAMES:
            raw, own = 1 / epoch, weight or epoch**2
            entry |= {f'{name}/raw': raw, f'{name}/weight': own, f'{name}/loss': own * raw}
        if regulariser:
            entry['loss_weighting'] = -2.0 * epoch
        backend.add_scalars(entry, step=epoch)
        backend.add_scalars({'seg/mIoU': 10.0 * epoch}, step=epoch)
    return work_dir


@pytest.fixture
def figures(monkeypatch):
    saved = []
    monkeypatch.setattr(module, 'save_figure', lambda figure, path: saved.append(figure))
    return saved


def titles(figure):
    shown = (axis for axis in figure.axes if axis.get_visible())
    return [axis.get_title(loc='left') for axis in shown]


def test_losses_before_their_weights_come_first_and_fall(tmp_path, figures):
    draw_learning_curves([log_learned(tmp_path)], tmp_path / 'curves.png')
    (figure,) = figures
    assert titles(figure) == [
        'seg: loss before its weight',
        'seg: weight of its loss',
        'depth: loss before its weight',
        'depth: weight of its loss',
        'total: weighted losses + regulariser',
        'seg/mIoU ↑',
    ]
    loss, weight, _, _, total, _ = (axis.get_lines()[0].get_ydata() for axis in figure.axes[:6])
    assert list(loss) == [1, 1 / 2, 1 / 3, 1 / 4]
    assert list(weight) == [1, 4, 9, 16]
    assert list(total) == pytest.approx([-0.1, -0.2, -0.3, -0.4])
    notes = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert notes == ['the regulariser may be negative']


@pytest.mark.parametrize(
    ('weight', 'total'), [(None, 'total: sum of weighted losses'), (1, 'total: sum of the losses')]
)
def test_the_total_says_what_it_is_the_sum_of(tmp_path, figures, weight, total):
    log_learned(tmp_path, regulariser=False, weight=weight)
    draw_learning_curves([tmp_path], tmp_path / 'curves.png', keys=['loss', 'seg/loss'])
    assert titles(figures[0]) == ['seg: loss before its weight', total]
