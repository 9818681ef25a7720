import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.evaluation import IoUMetric
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample
from PIL import Image

from mmmtl.evaluation.metrics.task_iou_metric import TaskIoUMetric, iou_names

ALL = ['mIoU', 'mDice', 'mFscore']
METAINFO = dict(
    classes=('a', 'b', 'c'),
    tasks=dict(
        seg=dict(type='ClassTask', classes=['a', 'b', 'c']),
        parts=dict(type='ClassTask', classes=['head', 'body']),
        edge=dict(type='BinaryTask'),
        bare=dict(type='ClassTask'),
    ),
)


def random_ids(seed, num_classes, shape=(1, 9, 11)):
    generator = torch.Generator().manual_seed(seed)
    label = torch.randint(0, num_classes, shape, generator=generator)
    prediction = torch.randint(0, num_classes, shape, generator=generator)
    prediction[:, :4] = label[:, :4]
    label[torch.rand(shape, generator=generator) < 0.2] = 255
    return prediction, label


def make_sample(index, **maps):
    """Maps by task: prediction and label."""
    sample = SegDataSample(metainfo=dict(img_path=f'/images/{index}.png'))
    for task, (prediction, label) in maps.items():
        names = ('pred_sem_seg', 'gt_sem_seg') if task == 'seg' else (f'pred_{task}', f'gt_{task}')
        for name, data in zip(names, (prediction, label), strict=True):
            sample.set_data({name: PixelData(data=data)})
    return sample


def evaluate(configs, samples):
    evaluator = Evaluator([METRICS.build(config) for config in configs])
    evaluator.dataset_meta = METAINFO
    evaluator.process(samples)
    return evaluator.evaluate(len(samples))


@pytest.mark.parametrize('options', [dict(), dict(iou_metrics=ALL), dict(nan_to_num=0)])
def test_of_seg_it_is_mmseg_s(options):
    samples = [make_sample(seed, seg=random_ids(seed, 3)) for seed in range(3)]
    own = evaluate([dict(type='TaskIoUMetric', **options)], samples)
    expected = evaluate([dict(type='IoUMetric', prefix='seg', **options)], samples)
    assert own == expected
    assert len(own) == (7 if 'iou_metrics' in options else 3)


def plain_scores(pairs, num_classes):
    confusion = np.zeros((num_classes, num_classes))
    for prediction, label in pairs:
        valid = label != 255
        np.add.at(confusion, (label[valid].numpy(), prediction[valid].numpy()), 1)
    hits = confusion.diagonal()
    iou = hits / (confusion.sum(0) + confusion.sum(1) - hits)
    return 100 * iou.mean(), 100 * hits.sum() / confusion.sum()


def test_two_tasks_of_classes_have_scores_of_their_own():
    segs = [random_ids(seed, 3) for seed in range(3)]
    parts = [random_ids(seed + 10, 2, (1, 4, 5)) for seed in range(3)]
    samples = [
        make_sample(index, seg=seg, parts=part)
        for index, (seg, part) in enumerate(zip(segs, parts, strict=True))
    ]
    metrics = [dict(type='TaskIoUMetric', task='parts'), dict(type='TaskIoUMetric')]
    found = evaluate(metrics, samples)

    for task, pairs, num_classes in (('seg', segs, 3), ('parts', parts, 2)):
        mean_iou, accuracy = plain_scores(pairs, num_classes)
        assert found[f'{task}/mIoU'] == pytest.approx(mean_iou, abs=0.0051)  # mmseg rounds
        assert found[f'{task}/aAcc'] == pytest.approx(accuracy, abs=0.0051)
    assert found['seg/mIoU'] != found['parts/mIoU']
    assert 'pred_sem_seg' in samples[0]
    assert samples[0].pred_sem_seg.data.shape == (1, 9, 11)


def test_classes_are_those_of_the_task(monkeypatch):
    tables = []
    monkeypatch.setattr(
        'mmseg.evaluation.metrics.iou_metric.print_log',
        lambda text, logger=None: tables.append(str(text)),
    )
    evaluate([dict(type='TaskIoUMetric', task='parts')], [make_sample(0, parts=random_ids(0, 2))])
    assert any('head' in text and 'body' in text for text in tables)
    assert METAINFO['classes'] == ('a', 'b', 'c')


def test_predictions_are_written_without_labels(tmp_path):
    prediction, _ = random_ids(0, 2)
    sample = make_sample(7, parts=(prediction, prediction))
    del sample.gt_parts
    out = tmp_path / 'out'
    config = dict(type='TaskIoUMetric', task='parts', output_dir=str(out), format_only=True)
    assert evaluate([config], [sample]) == {}
    written = np.array(Image.open(out / '7.png'))
    assert written.dtype == np.uint8
    np.testing.assert_array_equal(written, prediction[0].numpy())


def write_ids(folder, *samples):
    metric = METRICS.build(dict(type='TaskIoUMetric', output_dir=str(folder), format_only=True))
    metric.dataset_meta = METAINFO
    metric.process({}, [sample.to_dict() for sample in samples])


def test_written_ids_are_those_of_the_classes_whichever_the_label_files_have(tmp_path):
    prediction, label = random_ids(0, 3)
    sample = make_sample(7, seg=(prediction, label))
    sample.set_metainfo(dict(reduce_zero_label=True))  # mmseg would add 1
    write_ids(tmp_path, sample)
    np.testing.assert_array_equal(np.array(Image.open(tmp_path / '7.png')), prediction[0].numpy())


def test_ids_beyond_8_bits_and_images_of_one_name_are_refused(tmp_path):
    large = torch.full((1, 2, 2), 256)
    with pytest.raises(ValueError, match=r'ids from 0 to 255, .* found 256'):
        write_ids(tmp_path, make_sample(7, seg=(large, large)))
    ids = large - 256
    other = make_sample(7, seg=(ids, ids))
    other.set_metainfo(dict(img_path='/others/7.jpg'))
    with pytest.raises(ValueError, match=r'/others/7.jpg and /images/7.png would both be written'):
        write_ids(tmp_path, make_sample(7, seg=(ids, ids)), other)


@pytest.mark.parametrize('field', ['pred_parts', 'gt_parts'])
def test_a_missing_field_names_image_and_task(field):
    sample = make_sample(7, parts=random_ids(0, 2))
    delattr(sample, field)
    message = f"/images/7.png: TaskIoUMetric expected the field '{field}' of the task 'parts'"
    with pytest.raises(ValueError, match=message):
        evaluate([dict(type='TaskIoUMetric', task='parts')], [sample])


@pytest.mark.parametrize(
    ('task', 'message'),
    [
        ('flow', "Unknown task 'flow'"),
        ('edge', 'a task of classes that are known for TaskIoUMetric, found BinaryTask'),
        ('depth', 'a task of classes that are known for TaskIoUMetric, found ScalarTask'),
        ('bare', 'a task of classes that are known for TaskIoUMetric, found ClassTask'),
    ],
)
def test_another_task_is_refused_before_the_first_image(task, message):
    metric = TaskIoUMetric(task)
    tasks = {**METAINFO['tasks']}
    with pytest.raises(ValueError, match=message):
        metric.dataset_meta = dict(tasks=tasks)


@pytest.mark.parametrize('names', [*([name] for name in ALL), ALL, ['mFscore', 'mIoU']])
def test_it_reports_what_it_says(names):
    found = evaluate(
        [dict(type='TaskIoUMetric', iou_metrics=names)], [make_sample(0, seg=random_ids(0, 3))]
    )
    metric = TaskIoUMetric(iou_metrics=names)
    assert [f'seg/{name}' for name in metric.reported_names] == list(found)
    assert iou_names(IoUMetric(iou_metrics=names)) == metric.reported_names
    assert set(metric.reported_names) <= set(TaskIoUMetric.higher_is_better)


def test_it_reports_nothing_where_it_only_writes():
    assert TaskIoUMetric(output_dir=None, format_only=True).reported_names == ()


def test_the_prefix_is_not_the_name_of_another_task():
    TaskIoUMetric('parts', prefix='fine').dataset_meta = METAINFO
    with pytest.raises(ValueError, match=r"^prefix: expected 'parts', .* found 'edge'; TaskIoU"):
        TaskIoUMetric('parts', prefix='edge').dataset_meta = METAINFO
