"""The metrics of two processes on an odd set against those of one process, and of mmseg's IoU."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed
import torch.multiprocessing
from mmengine.dataset import DefaultSampler
from mmengine.dist import get_rank
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.registry import METRICS
from mmseg.structures import SegDataSample

import mmmtl.evaluation  # noqa: F401  (registers the metrics)
from mmmtl.evaluation.functional import SCALAR_METRICS

NUM_IMAGES = 7
ALL_METRICS = dict(metrics=SCALAR_METRICS, min_value=0.1, max_value=5)
EXACT = ('depth/', 'all/', 'saliency/', 'weather/', 'lines/')  # whatever the order of the images
NUM_CLASSES = 5  # the last one is in no label and in no prediction
METAINFO = dict(
    classes=tuple('abcde'),
    tasks=dict(
        seg=dict(type='ClassTask', classes=list('abcde')),
        parts=dict(type='ClassTask', classes=list('abcd')),
        edge=dict(type='BinaryTask'),
        depth=dict(type='ScalarTask', unit=None),
        saliency=dict(type='ScalarTask'),
        albedo=dict(type='VectorTask', channels=3),
        weather=dict(type='ImageClassTask', classes=list('abc')),
    ),
)


def make_sample(index):
    """Image of its own size with unlabelled pixels; its values depend on the index alone."""
    generator = torch.Generator().manual_seed(index)
    shape = (1, 8 + index, 10)
    sample = SegDataSample(metainfo=dict(img_path=f'{index}.png'))
    label = torch.randint(0, NUM_CLASSES - 1, shape, generator=generator)
    prediction = torch.randint(0, NUM_CLASSES - 1, shape, generator=generator)
    prediction[:, : 2 + index] = label[:, : 2 + index]  # images that differ in difficulty
    label[torch.rand(shape, generator=generator) < 0.2] = 255
    sample.gt_sem_seg = PixelData(data=label)
    sample.pred_sem_seg = PixelData(data=prediction)
    depth = torch.rand(shape, generator=generator) * (1 + index)
    error = torch.rand(shape, generator=generator) / (1 + index)
    sample.pred_depth_map = PixelData(data=depth + error)
    depth[torch.rand(shape, generator=generator) < 0.3] = 0
    sample.gt_depth_map = PixelData(data=depth)
    normal = torch.nn.functional.normalize(torch.randn(3, *shape[1:], generator=generator), dim=0)
    error = torch.randn(3, *shape[1:], generator=generator) / (1 + index)
    sample.pred_normal_map = PixelData(data=normal + error)
    normal[:, torch.rand(shape[1:], generator=generator) < 0.3] = 0
    sample.gt_normal_map = PixelData(data=normal)
    sample.gt_parts = PixelData(data=torch.where(label == 255, label, label.clamp(max=2) + 1))
    sample.pred_parts = PixelData(data=prediction.clamp(max=2) + 1)
    edge = (torch.rand(shape, generator=generator) < 0.2).float()
    noise = torch.rand(shape, generator=generator)
    sample.pred_edge = PixelData(data=(edge + index * noise) / (1 + index))
    edge[torch.rand(shape, generator=generator) < 0.2] = 255
    sample.gt_edge = PixelData(data=edge)
    saliency = torch.rand(shape, generator=generator).round(decimals=1)
    sample.pred_saliency = PixelData(data=saliency + noise / (1 + index))
    sample.gt_saliency = PixelData(data=torch.where(noise < 0.1, torch.nan, saliency))
    albedo = torch.rand(3, *shape[1:], generator=generator)
    sample.pred_albedo = PixelData(data=albedo + noise / (1 + index))
    sample.gt_albedo = PixelData(data=torch.where(noise < 0.1, torch.nan, albedo))
    weather = torch.eye(3)[index % 3].view(3, 1, 1)
    guess = torch.rand(3, 1, 1, generator=generator)
    sample.pred_weather = PixelData(data=(guess + weather / 2).softmax(dim=0))
    sample.gt_weather = PixelData(data=weather if index != 4 else weather * torch.nan)
    return sample


def evaluate(batch_size, collect_device='cpu'):
    """Runs the evaluator over this process's share of the set, as mmengine's loop does."""
    metrics = [
        dict(type='IoUMetric', prefix='seg'),
        dict(type='TaskIoUMetric', task='parts'),
        dict(type='DepthErrorMetric'),
        dict(type='DepthErrorMetric', prefix='all', **ALL_METRICS),
        dict(type='DepthErrorMetric', task='saliency'),
        dict(type='DepthErrorMetric', average='batch', prefix='depth_of_batches'),
        dict(type='NormalErrorMetric'),
        dict(type='BinaryMetric', task='edge', beta_squared=0.3),
        dict(type='BinaryMetric', task='edge', average='batch', prefix='edge_of_batches'),
        dict(type='BoundaryMetric', task='edge', prefix='lines', workers=0),
        dict(type='VectorErrorMetric', task='albedo'),
        dict(type='VectorErrorMetric', task='albedo', average='batch', prefix='albedo_of_batches'),
        dict(type='NormalErrorMetric', average='batch', prefix='normal_of_batches'),
        dict(type='ImageClassMetric', task='weather', top_k=[2]),
    ]
    evaluator = Evaluator(
        [METRICS.build(dict(metric, collect_device=collect_device)) for metric in metrics]
    )
    evaluator.dataset_meta = METAINFO
    share = list(DefaultSampler(range(NUM_IMAGES), shuffle=False, seed=0))
    for start in range(0, len(share), batch_size):
        evaluator.process([make_sample(index) for index in share[start : start + batch_size]])
    return {key: float(value) for key, value in evaluator.evaluate(NUM_IMAGES).items()}


def run_rank(rank, world_size, folder):
    os.chdir(folder)  # mmengine collects the results of the ranks in a folder under this one
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=world_size
    )
    assert get_rank() == rank
    results = {
        device: {batch_size: evaluate(batch_size, device) for batch_size in (1, 3)}
        for device in ('cpu', 'gpu')  # mmengine's names for a shared folder and for messages
    }
    Path(f'rank_{rank}.json').write_text(json.dumps(results))
    torch.distributed.destroy_process_group()


@pytest.fixture(scope='module')
def one_process():
    return {batch_size: evaluate(batch_size) for batch_size in (1, 3)}


def of_the_set(metrics):
    """Those that do not average over batches; batches of several processes are other ones."""
    return {key: value for key, value in metrics.items() if '_of_batches/' not in key}


def test_two_processes_give_the_figures_of_one(tmp_path, one_process):
    torch.multiprocessing.spawn(run_rank, args=(2, str(tmp_path)), nprocs=2)

    for rank in range(2):
        results = json.loads((tmp_path / f'rank_{rank}.json').read_text())
        for of_device in results.values():
            for batch_size, expected in one_process.items():
                found = of_device[str(batch_size)]
                assert of_the_set(found) == pytest.approx(of_the_set(expected), rel=1e-12, abs=0)
                exact = [key for key in expected if key.startswith(EXACT)]
                assert len(exact) == 6 + 10 + 6 + 3 + 3
                assert [found[key] for key in exact] == [expected[key] for key in exact]
            # Batches of one image are the same ones, but for the repeated last image.
            assert of_device['1'] == pytest.approx(one_process[1], rel=1e-12, abs=0)


def test_averages_over_the_set_do_not_depend_on_the_batch_size(one_process):
    assert of_the_set(one_process[1]) == pytest.approx(of_the_set(one_process[3]), rel=1e-12)
    assert one_process[1] != pytest.approx(one_process[3], rel=1e-3)


def ious(confusion):
    """IoU of the classes that are there."""
    hits = confusion.diagonal()[:-1]
    return hits / ((confusion.sum(0) + confusion.sum(1))[:-1] - hits)


def test_iou_is_one_confusion_matrix_without_ignored_pixels_and_absent_classes(one_process):
    confusion = np.zeros((NUM_CLASSES, NUM_CLASSES), dtype=np.int64)
    ious_of_images = []
    for index in range(NUM_IMAGES):
        sample = make_sample(index)
        label, prediction = sample.gt_sem_seg.data.numpy(), sample.pred_sem_seg.data.numpy()
        of_image = np.zeros_like(confusion)
        np.add.at(of_image, (label[label != 255], prediction[label != 255]), 1)
        confusion += of_image
        ious_of_images.append(ious(of_image).mean())

    # mmseg rounds its percentages to two digits
    assert one_process[1]['seg/mIoU'] == pytest.approx(100 * ious(confusion).mean(), abs=0.0051)
    assert one_process[1]['seg/aAcc'] == pytest.approx(
        100 * confusion.trace() / confusion.sum(), abs=0.0051
    )
    assert abs(one_process[1]['seg/mIoU'] - 100 * np.mean(ious_of_images)) > 0.5
