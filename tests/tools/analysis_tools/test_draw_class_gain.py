import numpy as np
from mmengine.config import Config
from mmseg.registry import DATASETS
from PIL import Image

from tests.utils.own_tasks import write_own_tasks


def test_draw_class_gain(experiment, tool, monkeypatch, tmp_path):
    dataset = DATASETS.build(Config.fromfile(experiment[0]).test_dataloader.dataset)
    labels = [dataset[index]['data_samples'].gt_sem_seg.data[0].numpy() for index in range(3)]
    for name, predict in (('bad', np.zeros_like), ('good', lambda ids: np.minimum(ids, 6))):
        (tmp_path / name).mkdir()
        for index, ids in enumerate(labels):
            path = tmp_path / name / f'town_000000_{index:06d}_leftImg8bit.png'
            Image.fromarray(predict(ids).astype(np.uint8)).save(path)
    given = []
    monkeypatch.setattr(
        'mmmtl.visualization.plots.class_gain.draw_class_gain', lambda *args: given.append(args)
    )
    names = (f'all flat={tmp_path / "bad"}', f'perfect={tmp_path / "good"}')
    code, printed = tool('draw_class_gain', experiment[0], *names, '--out', tmp_path / 'gain.png')
    assert code == 0, printed
    baseline, models, classes, path, baseline_name = given[0]
    assert baseline_name == 'all flat'
    assert list(models) == ['perfect']
    assert classes[0] == 'flat'
    known = np.concatenate([ids[ids != 255] for ids in labels])
    share = 100 * np.bincount(known, minlength=7) / known.size
    np.testing.assert_allclose(baseline.share, share)
    np.testing.assert_allclose(baseline.iou, [share[0]] + [0] * 6)
    np.testing.assert_allclose(models['perfect'].iou, 100)
    assert path == tmp_path / 'gain.png'


def test_draw_class_gain_without_predictions(experiment, tool, tmp_path):
    code, printed = tool('draw_class_gain', experiment[0], f'a={tmp_path}', f'b={tmp_path}')
    assert code == 1
    assert 'leftImg8bit.png: no prediction for ' in printed


def test_draw_class_gain_of_one_of_several_tasks(tool, monkeypatch, tmp_path):
    config = write_own_tasks(tmp_path, ('seg', 'parts')).config
    for name in 'ab':
        (tmp_path / name).mkdir()
        for index in range(3):
            ids = np.array(Image.open(tmp_path / 'data' / 'parts' / f'{index}.png'))
            ids[ids == 255] = 0
            Image.fromarray(ids).save(tmp_path / name / f'{index}.png')
    given = []
    monkeypatch.setattr(
        'mmmtl.visualization.plots.class_gain.draw_class_gain', lambda *args: given.append(args)
    )
    names = (f'a={tmp_path / "a"}', f'b={tmp_path / "b"}')
    code, printed = tool('draw_class_gain', config, *names, '--task', 'parts')
    assert code == 0, printed
    baseline, _, classes, *_ = given[0]
    assert classes == ['head', 'body', 'legs']
    np.testing.assert_allclose(baseline.iou, 100)
    code, printed = tool('draw_class_gain', config, *names)
    assert code == 1
    assert "--task: expected one of the tasks of classes of the test set, ['seg', 'parts'], f" in (
        printed.replace('\n', ' ')
    )
