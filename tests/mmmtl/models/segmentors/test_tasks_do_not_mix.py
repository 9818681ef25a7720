"""Tasks of one kind side by side, and of maps beside those of the whole image: each learns its own
label, with any head of mmseg."""

import pytest
import torch
from mmseg.models.decode_heads import FCNHead
from torch import nn

from tests.utils.side_by_side import (
    WIDTH,
    assert_each_learns_its_own,
    assert_labels_of_one_do_not_reach_the_other,
    build,
    labels_of,
    predicted,
    samples_of,
    share,
    trained,
)

NORM = dict(type='GN', num_groups=2)
EVERY = dict(in_channels=[WIDTH] * 4, in_index=[0, 1, 2, 3])
LAST = dict(in_channels=WIDTH, in_index=3)
SHARED = dict(channels=32, dropout_ratio=0, norm_cfg=NORM)
CLASSES = dict(seg=tuple('abcd'), parts=tuple('vwxyz'), stuff=tuple('12345678'))


class OwnLoss(FCNHead):
    """A head that computes its losses itself, as heads outside of mmseg do."""

    def loss(self, inputs, batch_data_samples, train_cfg):
        label = torch.cat([sample.gt_sem_seg.data for sample in batch_data_samples])
        return dict(loss_own=nn.functional.cross_entropy(self.forward(inputs), label))


FCN = dict(type='FCNHead', num_convs=1, concat_input=False, **LAST, **SHARED)
OCR = dict(type='OCRHead', ocr_channels=16, **LAST, **SHARED)
HEADS = dict(
    fcn=FCN,
    psp=dict(type='PSPHead', pool_scales=(1, 2), **LAST, **SHARED),
    uper=dict(type='UPerHead', pool_scales=(1, 2), **EVERY, **SHARED),
    segformer=dict(type='SegformerHead', **EVERY, **SHARED),
    enc=dict(
        type='EncHead', num_codes=4, add_lateral=False, in_channels=[WIDTH] * 2, in_index=[2, 3],
        **SHARED,
    ),
    fpn=dict(type='FPNHead', feature_strides=[4, 4, 4, 4], **EVERY, **SHARED),
    ocr=dict(type='CascadeDecodeHead', heads=[FCN, OCR]),
    knet=dict(
        type='IterativeDecodeHead',
        num_stages=1,
        kernel_generate_head=FCN,
        kernel_update_head=[
            dict(
                type='KernelUpdateHead', num_ffn_fcs=2, num_heads=4, num_mask_fcs=1,
                feedforward_channels=32, in_channels=32, out_channels=32, dropout=0.0,
                conv_kernel_size=1, with_ffn=False,
                feat_transform_cfg=dict(conv_cfg=dict(type='Conv2d'), act_cfg=None),
                kernel_updator_cfg=dict(
                    type='KernelUpdator', in_channels=32, feat_channels=32, out_channels=32,
                    act_cfg=dict(type='ReLU'), norm_cfg=dict(type='LN'),
                ),
            )
        ],
    ),
    masks=dict(
        type='SegmenterMaskTransformerHead', in_channels=WIDTH, in_index=3, channels=64,
        num_layers=1, num_heads=2, embed_dims=64, dropout_ratio=0, mlp_ratio=2,
    ),
    own=dict(FCN, type=OwnLoss),
)  # fmt: skip
PAIRS = [('seg', 'parts'), ('parts', 'seg'), ('parts', 'stuff')]


def definitions(names):
    return {name: dict(type='ClassTask', classes=CLASSES[name]) for name in names}


@pytest.mark.parametrize('pair', PAIRS, ids='-'.join)
@pytest.mark.parametrize('head', ['fcn', 'ocr'])
def test_labels_of_one_task_change_nothing_in_the_head_of_another(head, pair):
    tasks = definitions(pair)

    def model():
        return build(dict.fromkeys(pair, HEADS[head]), tasks, dict.fromkeys(pair, FCN))

    assert_labels_of_one_do_not_reach_the_other(model, tasks)


@pytest.mark.parametrize('head', sorted(set(HEADS) - {'fcn', 'ocr'}))
def test_nor_with_any_other_head(head):
    tasks = definitions(('seg', 'parts'))

    def model():
        return build(dict.fromkeys(tasks, HEADS[head]), tasks)

    assert_labels_of_one_do_not_reach_the_other(model, tasks)


@pytest.mark.parametrize('head', HEADS)
def test_each_task_learns_its_own_classes(head):
    tasks = definitions(('seg', 'parts'))
    assert_each_learns_its_own(build(dict.fromkeys(tasks, HEADS[head]), tasks), tasks)


@pytest.mark.parametrize('pair', PAIRS, ids='-'.join)
def test_and_so_do_its_auxiliary_heads(pair):
    tasks = definitions(pair)
    auxiliary = {pair[0]: FCN, pair[1]: [FCN, dict(FCN, in_index=0)]}
    assert_each_learns_its_own(build(dict.fromkeys(tasks, FCN), tasks, auxiliary), tasks)


@pytest.mark.parametrize('head', ['fcn', 'ocr', 'own'])
def test_three_sets_of_classes_at_once(head):
    tasks = definitions(('parts', 'seg', 'stuff'))
    assert_each_learns_its_own(build(dict.fromkeys(tasks, HEADS[head]), tasks), tasks)


def test_a_boundary_head_learns_the_boundaries_of_its_task():
    tasks = definitions(('seg', 'parts'))
    stdc = dict(FCN, type='STDCHead', num_classes=2, loss_decode=dict(type='CrossEntropyLoss'))

    def model():
        return build(dict.fromkeys(tasks, FCN), tasks, dict.fromkeys(tasks, stdc))

    assert_labels_of_one_do_not_reach_the_other(model, tasks)


MASKS = dict(edge=dict(type='BinaryTask'), shadow=dict(type='BinaryTask'))
SIGMOID = dict(FCN, threshold=0.5, loss_decode=dict(type='CrossEntropyLoss', use_sigmoid=True))
MASK_HEADS = dict(
    mmseg=SIGMOID,
    two_logits=dict(FCN, out_channels=2),
    ours=dict(type='BinaryHead', channels=32, **LAST),
)


@pytest.mark.parametrize('head', MASK_HEADS)
def test_masks_are_learned_by_heads_of_mmseg_and_by_ours(head):
    tasks = MASKS | definitions(['seg'])
    heads = dict.fromkeys(MASKS, MASK_HEADS[head]) | dict(seg=FCN)
    model = build(heads, tasks)
    if head == 'mmseg':
        assert model.decode_head['edge'].conv_seg.out_channels == 1
    assert_each_learns_its_own(model, tasks)


@pytest.mark.parametrize('head', MASK_HEADS)
def test_masks_do_not_reach_each_other_either(head):
    def model():
        return build(dict.fromkeys(MASKS, MASK_HEADS[head]), MASKS)

    assert_labels_of_one_do_not_reach_the_other(model, MASKS)


WEATHER = dict(type='ImageClassTask', classes=tuple('abcd'))
SCENE = dict(type='ImageClassTask', classes=tuple('vwxyz'))
WHOLE = dict(type='ImageClassHead', **LAST)
IMAGE_HEADS = dict(linear=WHOLE, convolved=dict(WHOLE, num_convs=1, channels=32))


@pytest.mark.parametrize('head', IMAGE_HEADS)
@pytest.mark.parametrize(
    'tasks',
    [
        dict(weather=WEATHER, scene=SCENE),
        dict(weather=WEATHER, **definitions(['seg'])),
        dict(**definitions(['parts']), weather=WEATHER),
        dict(weather=WEATHER, edge=MASKS['edge']),
    ],
    ids='-'.join,
)
def test_labels_of_the_whole_image_stay_with_their_task(tasks, head):
    heads = dict(ClassTask=FCN, BinaryTask=MASK_HEADS['ours'], ImageClassTask=IMAGE_HEADS[head])

    def model():
        return build({name: heads[task['type']] for name, task in tasks.items()}, tasks)

    assert_labels_of_one_do_not_reach_the_other(model, tasks)


def test_two_classes_an_image_and_maps_are_learned_at_once():
    tasks = dict(**definitions(['seg', 'parts']), weather=WEATHER, scene=SCENE)
    heads = dict(seg=FCN, parts=FCN, weather=WHOLE, scene=WHOLE)
    model, labels = build(heads, tasks, dict(scene=WHOLE)), labels_of(tasks, seed=2)

    def worst():
        found = predicted(model)
        of_maps = [share(found[name][0], labels[name]) for name in ('seg', 'parts')]
        of_images = [
            float((shares * labels[name]).sum(dim=1).min())
            for name in ('weather', 'scene')
            for shares in found[name]
        ]
        return min(*of_maps, *of_images)

    assert worst() < 0.5
    trained(model, samples_of(tasks, labels), 400, lambda: worst() > 0.95)
    assert worst() > 0.95
