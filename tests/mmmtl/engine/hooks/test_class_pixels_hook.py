"""Which warnings a run of mmengine's Runner logs of classes that no label shows, and how often."""

from mmseg.registry import DATASETS, HOOKS

from mmmtl.engine import ClassPixelsHook
from tests.utils.toy.weighting_components import TwoTaskDataset
from tests.utils.toy.weighting_runs import weighting_runner

METRICS = [dict(type='TaskIoUMetric'), dict(type='DepthErrorMetric')]


@DATASETS.register_module()
class LackingDataset(TwoTaskDataset):
    """No label has the last class."""

    def prepare_data(self, idx):
        item = super().prepare_data(idx)
        item['data_samples'].gt_sem_seg.data.clamp_(max=1)
        return item


def warnings_of(tmp_path, monkeypatch, phases=('train',), kind='LackingDataset', **options):
    """Starts of the warnings with the iteration that they came in; epochs have two."""
    evaluated = dict(
        batch_size=2,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(type=kind, length=3),
    )
    settings = dict(
        train_dataloader__dataset=dict(_delete_=True, type=kind, length=8),
        val_dataloader=evaluated,
        val_evaluator=METRICS,
        val_cfg=dict(),
        test_dataloader=evaluated,
        test_evaluator=METRICS,
        test_cfg=dict(),
        train_cfg=dict(by_epoch=True, max_epochs=2, val_interval=1),
        custom_hooks=[dict(type='LossWeightingHook'), dict(type='ClassPixelsHook')],
    )
    runner = weighting_runner(tmp_path, 'equal', **{**settings, **options})
    logged = []

    def keep(text, *args, **kwargs):
        logged.append((runner.iter, str(text)))

    monkeypatch.setattr(runner.logger, 'warning', keep)
    for phase in phases:
        getattr(runner, phase)()
    found = [(step, text) for step, text in logged if 'no pixel' in text]
    for _, text in found:
        assert "no pixel of the task 'seg' has the class 'c' (2); 0.0% of its pixels" in text
    return [(step, text.partition(':')[0]) for step, text in found]


def test_it_is_registered():
    assert HOOKS.get('ClassPixelsHook') is ClassPixelsHook


def test_a_run_is_warned_once_of_each_set(tmp_path, monkeypatch):
    assert warnings_of(tmp_path, monkeypatch, ['train', 'test', 'test']) == [
        (1, 'train_dataloader.dataset'),
        (2, 'val_dataloader.dataset'),
        (4, 'test_dataloader.dataset'),
    ]


def test_classes_that_labels_show_are_no_matter(tmp_path, monkeypatch):
    train_cfg = dict(by_epoch=True, max_epochs=1)
    phases = ['train', 'test']
    assert warnings_of(tmp_path, monkeypatch, phases, 'TwoTaskDataset', train_cfg=train_cfg) == []


def test_a_training_shorter_than_a_pass_is_warned_at_its_end(tmp_path, monkeypatch):
    train_cfg = dict(_delete_=True, by_epoch=False, max_iters=1, val_interval=100)
    found = warnings_of(tmp_path, monkeypatch, train_cfg=train_cfg)
    # Of eight images one was read: of the others nothing is known.
    assert (1, 'train_dataloader.dataset, of which a part was read') in found


def test_of_several_sets_each_is_passed_first(tmp_path, monkeypatch):
    sets = dict(
        rooms=dict(type='TwoTaskDataset', length=2, tasks=['depth']),
        streets=dict(type='LackingDataset', length=8),
    )
    found = warnings_of(
        tmp_path,
        monkeypatch,
        train_dataloader__dataset=dict(_delete_=True, type='ConcatDataset', datasets=sets),
        train_dataloader__batch_size=2,
        train_dataloader__batch_sampler=dict(
            type='MultiSetBatchSampler', shares='uniform', batches_per_epoch=4
        ),
        train_cfg=dict(by_epoch=True, max_epochs=3, val_interval=9),
        custom_hooks=[
            dict(type='EpochSeedHook'),
            dict(type='LossWeightingHook'),
            dict(type='ClassPixelsHook'),
        ],
        val_dataloader=None,
        val_evaluator=None,
        val_cfg=None,
    )
    # Four of the eight street images in an epoch of four batches: the last one is in the eighth.
    assert found == [(7, 'train_dataloader.dataset')]
