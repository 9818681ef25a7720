"""Batches in which some images lack the labels of some tasks, on one process and on two."""

import functools

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import METRICS, MODELS
from mmseg.structures import SegDataSample
from torch.nn.parallel import DistributedDataParallel

import mmmtl.evaluation  # noqa: F401  (registers the metrics)

SIZE = (16, 24)
WIDTHS = (8, 8, 8)
IMAGES = torch.rand(4, 3, *SIZE, generator=torch.Generator().manual_seed(2))
FIELDS = dict(seg='gt_sem_seg', depth='gt_depth_map')


def build(**settings):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2), return_blocks=True),
            neck=dict(type='MTANNeck', tasks=['seg', 'depth'], widths=WIDTHS),
            decode_head=dict(
                seg=dict(
                    type='FCNHead',
                    in_channels=8,
                    channels=8,
                    num_convs=1,
                    concat_input=False,
                    num_classes=5,
                    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
                ),
                depth=dict(type='DepthHead', in_channels=8, channels=8),
            ),
            **settings,
        )
    )
    model.init_weights()
    with torch.no_grad():
        for _ in range(20):  # statistics that keep the features alive
            model.train()(IMAGES, mode='tensor')
    return model.eval()  # the normalisation of an image does not depend on its batch


def make_samples(*tasks_of_each):
    """Fully valid labels of the named tasks; the values depend on the image's number alone."""
    batch = []
    for index, tasks in enumerate(tasks_of_each):
        generator = torch.Generator().manual_seed(index)
        sample = SegDataSample(
            metainfo=dict(img_path=f'{index}.png', ori_shape=SIZE, img_shape=SIZE)
        )
        labels = dict(
            seg=torch.randint(0, 5, (1, *SIZE), generator=generator),
            depth=torch.rand((1, *SIZE), generator=generator) + 0.1,
        )
        for task in tasks:
            sample.set_data({FIELDS[task]: PixelData(data=labels[task])})
        batch.append(sample)
    return batch


BOTH, SEG, DEPTH, NONE = ('seg', 'depth'), ('seg',), ('depth',), ()


def losses_and_gradients(model, images, batch):
    model.zero_grad()
    losses = model(images, batch, mode='loss')
    total, _ = model.parse_losses(losses)
    total.backward()
    return losses, {name: p.grad.clone() for name, p in model.named_parameters()}


def test_a_task_averages_over_the_images_that_have_it():
    model = build()
    mixed = model(IMAGES, make_samples(BOTH, SEG, DEPTH, NONE), mode='loss')
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    seg = model(IMAGES[:2], full[:2], mode='loss')
    depth = model(IMAGES[[0, 2]], [full[0], full[2]], mode='loss')
    assert mixed['seg/raw'].item() == pytest.approx(seg['seg/raw'].item(), rel=1e-6)
    assert mixed['depth/raw'].item() == pytest.approx(depth['depth/raw'].item(), rel=1e-6)
    assert mixed['seg/loss'].item() == mixed['seg/raw'].item()


def test_images_of_one_task_change_nothing_that_belongs_to_the_other():
    model = build()
    alone, before = losses_and_gradients(model, IMAGES[:2], make_samples(BOTH, BOTH))
    mixed, after = losses_and_gradients(model, IMAGES, make_samples(BOTH, BOTH, SEG, SEG))
    assert mixed['depth/raw'].item() == pytest.approx(alone['depth/raw'].item(), rel=1e-6)
    assert mixed['seg/raw'].item() != alone['seg/raw'].item()
    own = [name for name in before if '.depth.' in name]
    assert {name.split('.')[0] for name in own} == {'decode_head', 'neck'}
    for name in own:
        torch.testing.assert_close(after[name], before[name], rtol=1e-5, atol=1e-7)
    assert not torch.allclose(
        after['decode_head.seg.conv_seg.weight'], before['decode_head.seg.conv_seg.weight']
    )


@pytest.mark.parametrize('weighting', ['EqualWeighting', 'UncertaintyWeighting'])
def test_a_batch_without_a_task_gives_its_parameters_gradients_of_zero(weighting):
    model = build(loss_weighting=dict(type=weighting))
    losses, gradients = losses_and_gradients(model, IMAGES, make_samples(SEG, SEG, SEG, SEG))
    assert 'depth/loss' not in losses
    assert 'depth/raw' not in losses
    own = [name for name in gradients if '.depth.' in name]
    assert own
    assert all((gradients[name] == 0).all() for name in own)
    assert gradients['decode_head.seg.conv_seg.weight'].abs().sum() > 0
    if weighting == 'UncertaintyWeighting':
        seg, depth = gradients['loss_weighting.log_variance'].tolist()
        assert seg != 0
        assert depth == 0


def test_a_batch_without_any_label_is_a_step_of_zeros():
    losses, gradients = losses_and_gradients(build(), IMAGES, make_samples(*[NONE] * 4))
    assert set(losses) == {'loss_of_no_label'}
    assert all((gradient == 0).all() for gradient in gradients.values())


def test_a_label_without_a_valid_pixel_is_as_good_as_none():
    model = build()
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    batch[1].gt_depth_map.data.zero_()
    batch[2].gt_sem_seg.data.fill_(255)
    found = model(IMAGES, batch, mode='loss')
    expected = model(IMAGES, make_samples(BOTH, SEG, DEPTH, BOTH), mode='loss')
    for key in ('seg/raw', 'depth/raw'):
        assert found[key].item() == expected[key].item()


class HeadOfItsOwn(FCNHead):
    def loss(self, inputs, batch_data_samples, train_cfg):
        return super().loss(inputs, batch_data_samples, train_cfg)


def test_a_head_with_losses_of_its_own_needs_all_labels():
    model = build()
    model.decode_head['seg'].__class__ = HeadOfItsOwn
    assert 'seg/loss' in model(IMAGES, make_samples(BOTH, BOTH, SEG, SEG), mode='loss')
    with pytest.raises(ValueError, match='HeadOfItsOwn .* found 3 of 4 images labelled'):
        model(IMAGES, make_samples(BOTH, BOTH, SEG, DEPTH), mode='loss')


def test_metrics_count_only_what_exists():
    def evaluate(batch):
        metrics = [dict(type='IoUMetric', prefix='seg'), dict(type='DepthErrorMetric')]
        evaluator = Evaluator([METRICS.build(metric) for metric in metrics])
        evaluator.dataset_meta = dict(classes=tuple('abcde'))
        with torch.no_grad():
            evaluator.process(model(images, batch, mode='predict'))
        return evaluator.evaluate(len(batch))

    model, images = build(), IMAGES
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    mixed = evaluate(make_samples(BOTH, SEG, DEPTH, SEG))
    images = IMAGES[[0, 1, 3]]
    seg = evaluate([full[0], full[1], full[3]])
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    images = IMAGES[[0, 2]]
    depth = evaluate([full[0], full[2]])
    assert mixed['seg/mIoU'] == seg['seg/mIoU']
    assert mixed['seg/aAcc'] == seg['seg/aAcc']
    assert mixed['depth/abs_err'] == pytest.approx(depth['depth/abs_err'], rel=1e-6)


def test_inference_invents_no_label():
    sample = build()(IMAGES[:1], make_samples(NONE), mode='predict')[0]
    assert not any(field in sample for field in FIELDS.values())


def in_each_process(rank, size, folder, tasks, expected):
    torch.set_num_threads(1)
    dist.init_process_group(
        'gloo', init_method=f'file://{folder}/store', rank=rank, world_size=size
    )
    model = DistributedDataParallel(build())
    share = slice(2 * rank, 2 * rank + 2)
    for _ in range(2):  # the second step would wait for gradients that the first one lacked
        model.zero_grad()
        losses = model(IMAGES[share], make_samples(*tasks)[share], mode='loss')
        total, _ = model.module.parse_losses(losses)
        total.backward()
    for name, parameter in model.module.named_parameters():
        torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-4, atol=1e-6)
    dist.destroy_process_group()


@pytest.mark.parametrize(
    'tasks', [(SEG, SEG, DEPTH, DEPTH), (BOTH, SEG, NONE, NONE), (SEG, SEG, BOTH, SEG)]
)
def test_processes_that_lack_different_tasks_meet_and_agree(tmp_path, tasks):
    _, expected = losses_and_gradients(build(), IMAGES, make_samples(*tasks))
    function = functools.partial(
        in_each_process, size=2, folder=tmp_path, tasks=tasks, expected=expected
    )
    mp.start_processes(function, nprocs=2, start_method='fork')


def test_a_loss_that_is_not_finite_is_named():
    model = build()
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    batch[2].gt_depth_map.data[0, 0, 0] = torch.nan
    with pytest.raises(FloatingPointError, match=r'loss of depth is nan .*0.png, 1.png, 2.png'):
        model(IMAGES, batch, mode='loss')


def test_a_step_can_be_skipped_instead():
    model = build(train_cfg=dict(non_finite_loss='skip'))
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    fine, _ = losses_and_gradients(model, IMAGES, batch)
    assert fine['skipped_steps'].item() == 0
    assert not model.finite_losses.skip_step
    batch[2].gt_depth_map.data[0, 0, 0] = torch.nan
    skipped, gradients = losses_and_gradients(model, IMAGES, batch)
    assert skipped['loss'].item() == 0
    assert skipped['skipped_steps'].item() == 1
    assert model.finite_losses.skip_step
    assert all((gradient == 0).all() for gradient in gradients.values())
    assert model.state_dict()['finite_losses.skipped_steps'].item() == 1


def test_an_unknown_policy_is_named():
    with pytest.raises(ValueError, match=r"non_finite_loss: .*\('error', 'skip'\).*'ignore'"):
        build(train_cfg=dict(non_finite_loss='ignore'))
