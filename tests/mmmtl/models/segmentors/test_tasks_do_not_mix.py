"""Tasks of one kind side by side, and of maps beside those of the whole image: each learns its own
label, with any head of mmseg."""

import math

import pytest
import torch
from mmengine.structures import PixelData
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

SIZE = (8, 8)
WIDTH = 64
NORM = dict(type='GN', num_groups=2)
EVERY = dict(in_channels=[WIDTH] * 4, in_index=[0, 1, 2, 3])
LAST = dict(in_channels=WIDTH, in_index=3)
SHARED = dict(channels=32, dropout_ratio=0, norm_cfg=NORM)

IMAGES = torch.rand(2, 3, *SIZE, generator=torch.Generator().manual_seed(0))
CLASSES = dict(seg=tuple('abcd'), parts=tuple('vwxyz'), stuff=tuple('12345678'))


class RandomFeatures(nn.Module):
    """Four fixed maps in which every pixel is another point: all that is learned is in heads."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.register_buffer('weights', 12 * torch.randn(4, WIDTH, 3, 1, 1, generator=generator))

    def forward(self, images):
        return tuple(nn.functional.conv2d(images, weight).cos() for weight in self.weights)


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


def build(heads, tasks, auxiliary=None):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type=RandomFeatures),
            decode_head=heads,
            auxiliary_head=auxiliary,
            tasks=tasks,
        )
    )
    model.init_weights()
    return model.train()


def labels_of(tasks, seed):
    """Random labels that have nothing to do with each other."""
    generator = torch.Generator().manual_seed(seed)
    counts = {name: len(task.get('classes', (0, 1))) for name, task in tasks.items()}
    labels = {
        name: torch.randint(0, count, (2, 1, *SIZE), generator=generator)
        for name, count in counts.items()
    }
    for name, count in counts.items():
        if tasks[name]['type'] == 'ImageClassTask':
            ids = torch.rand(count, generator=generator).argsort()[:2]  # two images, two classes
            labels[name] = torch.eye(count)[ids].view(2, count, 1, 1)
    return labels


def samples_of(tasks, labels, edges=True):
    batch = []
    for index in range(2):
        sample = SegDataSample(metainfo=dict(img_shape=SIZE, ori_shape=SIZE))
        for name, label in labels.items():
            field = 'gt_sem_seg' if name == 'seg' else f'gt_{name}'
            data = label[index]
            is_mask = tasks[name]['type'] == 'BinaryTask'
            sample.set_data({field: PixelData(data=data.float() if is_mask else data)})
        if edges:  # what GenerateEdge leaves, of the label of seg
            edge = torch.ones(1, *SIZE, dtype=torch.int64)
            sample.set_data(dict(gt_edge_map=PixelData(data=edge)))
        batch.append(sample)
    return batch


def trained(model, batch, steps, is_done=None):
    """Trains in place, until it is done if that is asked every ten steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    torch.manual_seed(1)
    for step in range(steps):
        loss, _ = model.parse_losses(model(IMAGES, batch, mode='loss'))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if is_done is not None and step % 10 == 9 and is_done():
            break
    return model


def state_of(model, task):
    return {
        name: value
        for name, value in model.state_dict().items()
        if name.startswith((f'decode_head.{task}.', f'auxiliary_head.{task}.'))
    }


def equal(first, second):
    assert first.keys() == second.keys()
    assert first
    return all(torch.equal(value, second[name]) for name, value in first.items())


def predicted(model):
    """What each head of each task predicts, as the label: the main one, then the auxiliary ones."""
    model.eval()
    found = {}
    with torch.no_grad():
        features = model.extract_feat(IMAGES)
        samples = model(IMAGES, mode='predict')
        for name, task in model.tasks.items():
            metas = [dict(img_shape=SIZE)] * 2
            whole = torch.stack([sample.get(task.pred_field).data for sample in samples])
            auxiliary = (
                model.auxiliary_head[name] if name in getattr(model, 'auxiliary_head', ()) else ()
            )
            outputs = [head.predict(features[name], metas, model.test_cfg) for head in auxiliary]
            found[name] = [whole, *(torch.stack([*map(task.decode, out)]) for out in outputs)]
    model.train()
    return found


def share(prediction, label):
    """The share of pixels that are right; probabilities are asked for their side of a half."""
    ids = prediction > 0.5 if prediction.is_floating_point() else prediction
    return (ids == label).float().mean().item()


def assert_each_learns_its_own(model, tasks, steps=400):
    labels = labels_of(tasks, seed=2)

    def worst():
        return min(
            share(head, labels[name]) for name, heads in predicted(model).items() for head in heads
        )

    trained(model, samples_of(tasks, labels), steps, lambda: worst() > 0.99)
    assert worst() > 0.99
    chance = {name: len(labels[name].unique()) for name in labels}
    for name, heads in predicted(model).items():
        for other in set(labels) - {name}:
            # No more than by chance: both are random, so four standard deviations of 128 pixels.
            rate = 1 / max(chance[name], chance[other])
            for head in heads:
                limit = rate + 4 * math.sqrt(rate * (1 - rate) / (2 * math.prod(SIZE)))
                assert share(head, labels[other]) < limit


def assert_labels_of_one_do_not_reach_the_other(build_model, tasks):
    first, second = tasks
    labels, others = labels_of(tasks, seed=2), labels_of(tasks, seed=3)
    model = trained(build_model(), samples_of(tasks, labels), 3)
    for changed, kept in ((second, first), (first, second)):
        mixed = {**labels, changed: others[changed]}
        again = trained(build_model(), samples_of(tasks, mixed), 3)
        assert equal(state_of(model, kept), state_of(again, kept))
        assert not equal(state_of(model, changed), state_of(again, changed))


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
