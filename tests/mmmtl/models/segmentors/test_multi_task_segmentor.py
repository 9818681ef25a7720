import pytest
import torch
from mmengine.model import BaseModule
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.tasks import DEPTH, SEG, ScalarTask

SEG_HEAD = dict(
    type='FCNHead',
    in_channels=8,
    channels=8,
    num_convs=1,
    concat_input=False,
    num_classes=5,
    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
)
DEPTH_HEAD = dict(type='DepthHead', in_channels=8, channels=8)
WIDTHS = (8, 8, 8)


def config(**settings):
    defaults = dict(
        type='MultiTaskSegmentor',
        backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2), return_blocks=True),
        neck=dict(type='MTANNeck', tasks=['seg', 'depth'], widths=WIDTHS),
        decode_head=dict(seg=SEG_HEAD, depth=DEPTH_HEAD),
    )
    return {k: v for k, v in {**defaults, **settings}.items() if v is not None}


def build(**settings):
    torch.manual_seed(0)
    model = MODELS.build(config(**settings))
    model.init_weights()
    return model


def samples(count=2, size=(16, 24), **fields):
    generator = torch.Generator().manual_seed(0)
    batch = []
    for _ in range(count):
        sample = SegDataSample(metainfo=dict(img_path='a.png', ori_shape=size, img_shape=size))
        sample.gt_sem_seg = PixelData(data=torch.randint(0, 5, (1, *size), generator=generator))
        depth = torch.rand((1, *size), generator=generator)
        sample.set_data(dict(gt_depth_map=PixelData(data=depth * (depth > 0.2))))
        batch.append(sample)
    return batch


IMAGES = torch.rand(2, 3, 16, 24, generator=torch.Generator().manual_seed(2))


def test_losses_are_weighted_and_logged():
    model = build(loss_weighting=dict(type='FixedWeighting', weights=dict(seg=0.3, depth=0.7)))
    losses = model(IMAGES, samples(), mode='loss')
    logged = {f'{task}/{key}' for task in ('seg', 'depth') for key in ('loss', 'raw', 'weight')}
    assert set(losses) == logged | {'seg/acc_seg'}
    assert losses['seg/weight'].item() == pytest.approx(0.3)
    assert losses['depth/loss'].item() == pytest.approx(0.7 * losses['depth/raw'].item())
    total, logged = model.parse_losses(losses)
    expected = losses['seg/loss'] + losses['depth/loss']
    assert total.item() == logged['loss'].item() == pytest.approx(expected.item())


def test_the_regulariser_is_part_of_the_total():
    model = build(loss_weighting=dict(type='UncertaintyWeighting'))
    losses = model(IMAGES, samples(), mode='loss')
    assert losses['loss_weighting'].item() == -0.5
    total, _ = model.parse_losses(losses)
    weight = torch.tensor(0.5).exp().item() / 2
    raw = losses['seg/raw'].item() + losses['depth/raw'].item()
    assert total.item() == pytest.approx(weight * raw - 0.5, rel=1e-6)
    total.backward()
    assert all(p.grad is not None for p in model.parameters())  # nothing for DDP to miss
    assert 'loss_weighting.log_variance' in model.state_dict()


def test_losses_of_auxiliary_heads_join_their_task():
    auxiliary = {**SEG_HEAD, 'in_index': 0, 'loss_decode': dict(type='CrossEntropyLoss')}
    plain, with_auxiliary = build(), build(auxiliary_head=dict(seg=[auxiliary, auxiliary]))
    for name, parameter in with_auxiliary.named_parameters():
        if not name.startswith('auxiliary_head'):
            parameter.data.copy_(plain.get_parameter(name).data)
    torch.manual_seed(0)
    main = plain.eval()(IMAGES, samples(), mode='loss')
    both = with_auxiliary.eval()(IMAGES, samples(), mode='loss')
    features = with_auxiliary.extract_feat(IMAGES)['seg']
    extra = [
        head.loss(features, samples(), None)['loss_ce']
        for head in with_auxiliary.auxiliary_head['seg']
    ]
    assert both['seg/raw'].item() == pytest.approx((main['seg/raw'] + sum(extra)).item(), rel=1e-5)
    assert both['depth/raw'].item() == main['depth/raw'].item()


def test_a_batch_without_valid_depth_trains():
    model = build()
    batch = samples()
    for sample in batch:
        sample.gt_depth_map.data.zero_()
    total, _ = model.parse_losses(model(IMAGES, batch, mode='loss'))
    total.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_predictions_have_the_original_size():
    model = build().eval()
    batch = samples()
    for sample in batch:
        sample.set_metainfo(dict(ori_shape=(33, 50), padding_size=(0, 4, 0, 6)))
    with torch.no_grad():
        predicted = model(IMAGES, batch, mode='predict')
        outputs = model(IMAGES, mode='tensor')
    assert tuple(outputs['seg'].shape) == (2, 5, 16, 24)
    assert tuple(outputs['depth'].shape) == (2, 1, 16, 24)
    for index, sample in enumerate(predicted):
        assert tuple(sample.seg_logits.data.shape) == (5, 33, 50)
        assert tuple(sample.pred_sem_seg.data.shape) == (1, 33, 50)
        kept = outputs['depth'][index : index + 1, :, :10, :20]  # without the padding
        expected = nn.functional.interpolate(kept, (33, 50), mode='bilinear', align_corners=False)
        torch.testing.assert_close(sample.pred_depth_map.data, expected[0])


def test_predictions_without_samples_have_the_input_size():
    predicted = build().eval()(IMAGES, mode='predict')
    assert tuple(predicted[0].pred_sem_seg.data.shape) == (1, 16, 24)


def test_predictions_of_a_flipped_image_are_flipped_back():
    model = build().eval()
    flipped = samples()
    for sample in flipped:
        sample.set_metainfo(dict(flip=True, flip_direction='horizontal'))
    with torch.no_grad():
        straight = model(IMAGES, mode='tensor')
        predicted = model(IMAGES, flipped, mode='predict')
    assert torch.equal(predicted[0].pred_depth_map.data, straight['depth'][0].flip(-1))
    assert torch.equal(predicted[0].seg_logits.data, straight['seg'][0].flip(-1))


class PixelwiseBackbone(nn.Module):
    """Sees one pixel at a time, so that windows and the whole image must agree."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 1)

    def forward(self, x):
        return (self.conv(x),)


def test_sliding_windows_agree_with_the_whole_image():
    head = dict(SEG_HEAD, num_convs=0, channels=8)
    settings = dict(
        backbone=dict(type=PixelwiseBackbone),
        neck=None,
        decode_head=dict(seg=head, depth=dict(DEPTH_HEAD, num_convs=0)),
    )
    whole = build(**settings).eval()
    slide = build(**settings, test_cfg=dict(mode='slide', crop_size=(7, 10), stride=(5, 7))).eval()
    slide.load_state_dict(whole.state_dict())
    with torch.no_grad():
        for a, b in zip(whole(IMAGES, mode='predict'), slide(IMAGES, mode='predict'), strict=True):
            torch.testing.assert_close(a.seg_logits.data, b.seg_logits.data)
            torch.testing.assert_close(a.pred_depth_map.data, b.pred_depth_map.data)


def test_windows_are_averaged_where_they_overlap():
    model = build(test_cfg=dict(mode='slide', crop_size=(16, 16), stride=(16, 8))).eval()
    with torch.no_grad():
        predicted = model(IMAGES, mode='predict')[0].pred_depth_map.data
        left, right = (model(IMAGES[..., x : x + 16])['depth'][0] for x in (0, 8))
    torch.testing.assert_close(predicted[..., :8], left[..., :8])
    torch.testing.assert_close(predicted[..., 8:16], (left[..., 8:] + right[..., :8]) / 2)
    torch.testing.assert_close(predicted[..., 16:], right[..., 8:])


def test_any_backbone_without_a_neck_is_shared_by_all_heads():
    model = build(
        backbone=dict(type='ResNetV1c', depth=18, base_channels=8, norm_cfg=dict(type='BN')),
        neck=None,
        decode_head=dict(
            seg=dict(SEG_HEAD, in_channels=64), depth=dict(DEPTH_HEAD, in_channels=64)
        ),
        auxiliary_head=dict(seg=dict(SEG_HEAD, in_channels=32, in_index=2)),
    )
    outputs = model.eval()(torch.rand(1, 3, 64, 64))
    assert tuple(outputs['seg'].shape) == (1, 5, 64, 64)
    assert tuple(outputs['depth'].shape) == (1, 1, 64, 64)
    losses = model(torch.rand(2, 3, 64, 64), samples(size=(64, 64)), mode='loss')
    assert losses['depth/loss'].isfinite()


def test_one_task_and_four_tasks():
    one = build(
        neck=dict(type='MTANNeck', widths=WIDTHS),
        decode_head=dict(depth=DEPTH_HEAD),
    )
    assert list(one(IMAGES)) == ['depth']
    names = ('disparity', 'height')
    tasks = ['seg', 'depth', *names]
    four = build(
        neck=dict(type='MTANNeck', widths=WIDTHS),
        decode_head=dict(seg=SEG_HEAD, **dict.fromkeys(tasks[1:], DEPTH_HEAD)),
        tasks=dict(
            height=dict(type='ScalarTask', invalid=0),
            seg=SEG,
            disparity=ScalarTask(name='disparity', invalid=0),
            depth=DEPTH,
            unused=dict(type='BinaryTask'),
        ),
        loss_weighting=dict(type='UncertaintyWeighting'),
    )
    assert list(four.tasks) == list(four.neck.tasks) == tasks
    batch = samples()
    for sample in batch:
        depth = sample.get(DEPTH.gt_field)
        sample.set_data({f'gt_{name}': depth for name in names})
    losses = four(IMAGES, batch, mode='loss')
    assert {f'{name}/loss' for name in tasks} <= set(losses)
    predicted = four.eval()(IMAGES, mode='predict')[0]
    assert 'pred_height' in predicted


def test_the_seed_fixes_the_paper_s_initialisation():
    model = build()
    conv = model.backbone.encoder[1].others[0][0]
    fan = 8 * 9 * 2  # in and out
    assert conv.weight.std().item() == pytest.approx((2 / fan) ** 0.5, rel=0.1)
    assert conv.bias.abs().max() == 0
    norm = model.neck.attention['seg'].encoder[0].g[1]
    assert norm.weight.tolist() == [1] * 8
    assert norm.bias.tolist() == [0] * 8


def test_every_part_initialises_itself():
    head = dict(SEG_HEAD, init_cfg=dict(type='Constant', layer='Conv2d', val=0.125))
    model = build(
        decode_head=dict(seg=head, depth=DEPTH_HEAD), auxiliary_head=dict(seg=[head, head])
    )
    for head in (model.decode_head['seg'], *model.auxiliary_head['seg']):
        assert (head.conv_seg.weight == 0.125).all()
    assert all(module.is_init for module in model.modules() if isinstance(module, BaseModule))


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(decode_head=SEG_HEAD), 'decode_head: expected a head for each task.*_delete_=True'),
        (dict(decode_head=dict(segm=SEG_HEAD)), "Unknown task 'segm'"),
        (dict(decode_head=dict(seg=SEG_HEAD)), r"neck: expected the tasks.*\['seg'\].*'depth'"),
        (
            dict(neck=dict(type='MTANNeck', tasks=['seg'], widths=WIDTHS)),
            r"neck: expected the tasks of decode_head, \['seg', 'depth'\], found \['seg'\]",
        ),
        (dict(auxiliary_head=dict(normal=SEG_HEAD)), r"auxiliary_head: .*found \['normal'\]"),
        (dict(test_cfg=dict(mode='tiles')), "test_cfg.mode: .*found 'tiles'"),
        (dict(test_cfg=dict(mode='slide', stride=(1, 1))), r"needs \['crop_size'\]"),
        (
            dict(neck=None, decode_head=dict(depth=dict(DEPTH_HEAD, task='seg'))),
            "^decode_head.depth: DepthHead has no argument 'task'.$",
        ),
        (
            dict(backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2, 2))),
            'widths and num_convs',
        ),
        (
            dict(backbone=dict(type='SegNet', widths=(8,), num_convs=(1,))),
            'num_convs: .* at least 2',
        ),
    ],
)
def test_wrong_configs_are_named(settings, reason):
    with pytest.raises(ValueError, match=reason):
        build(**settings)


def test_a_backbone_that_keeps_its_blocks_is_named():
    model = build(backbone=dict(type='SegNet', widths=WIDTHS, num_convs=(2, 2, 2)))
    with pytest.raises(ValueError, match='set backbone.return_blocks=True'):
        model(IMAGES)


def test_labels_need_a_head():
    alone = build(
        neck=dict(type='MTANNeck', tasks=['seg'], widths=WIDTHS), decode_head=dict(seg=SEG_HEAD)
    )
    with pytest.raises(ValueError, match=r"expected labels of \['seg'\].*\['gt_depth_map'\] too"):
        alone(IMAGES, samples(), mode='loss')


def test_a_head_of_another_kind_of_task_is_named():
    heads = dict(seg=SEG_HEAD, depth=dict(DEPTH_HEAD, in_channels=8), normal=DEPTH_HEAD)
    with pytest.raises(ValueError, match='decode_head') as raised:
        build(neck=None, decode_head=heads)
    assert str(raised.value) == (
        'decode_head.normal: out_channels: DepthHead predicts 1 per pixel, found 3.'
    )


def test_labels_are_padded_as_the_model_s_tasks_say():
    model = build(
        neck=None,
        decode_head=dict(parts=DEPTH_HEAD),
        tasks=dict(parts=dict(type='ScalarTask', invalid=-7)),
        data_preprocessor=dict(type='MultiTaskDataPreprocessor', size=(6, 8)),
    )
    sample = SegDataSample()
    sample.set_data(dict(gt_parts=PixelData(data=torch.ones(1, 5, 6))))
    data = dict(inputs=[torch.zeros(3, 5, 6, dtype=torch.uint8)], data_samples=[sample])
    padded = model.data_preprocessor(data, training=True)['data_samples'][0].gt_parts.data
    assert padded[0, :5, :6].unique().tolist() == [1]
    assert padded[0, 5:].unique().tolist() == padded[0, :, 6:].unique().tolist() == [-7]


def test_weights_of_the_backbone_are_named_once():
    backbone = dict(type='ResNetV1c', depth=18, base_channels=8, pretrained='a.pth')
    with pytest.raises(ValueError, match='^pretrained: both the backbone and the segmentor name'):
        build(backbone=backbone, neck=None, pretrained='b.pth')


def test_weights_of_the_backbone_can_be_named_by_the_segmentor():
    backbone = dict(type='ResNetV1c', depth=18, base_channels=8)
    model = MODELS.build(config(backbone=backbone, neck=None, pretrained='b.pth'))
    assert model.backbone.init_cfg == dict(type='Pretrained', checkpoint='b.pth')
    assert 'pretrained' not in backbone  # the config is not changed


class ForgetfulNeck(nn.Module):
    """Gives features for one task alone, and does not say so."""

    def forward(self, features):
        return dict(seg=features)


def test_features_for_the_wrong_tasks_are_named():
    model = build(backbone=dict(type=PixelwiseBackbone), neck=dict(type=ForgetfulNeck))
    message = r"^features: expected the tasks of decode_head, \['seg', 'depth'\], found \['seg'\]"
    with pytest.raises(ValueError, match=message):
        model.extract_feat(IMAGES)


def test_all_heads_read_the_same_features_without_a_task_neck():
    model = build(backbone=dict(type=PixelwiseBackbone), neck=None)
    features = model.extract_feat(IMAGES)
    assert list(features) == ['seg', 'depth']
    assert features['seg'] is features['depth']
