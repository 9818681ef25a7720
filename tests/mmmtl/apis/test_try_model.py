import pytest

from mmmtl.apis.try_model import small_offline_model, try_model

HEAD = dict(in_channels=8, channels=8, in_index=-1)
MODEL = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[1, 1, 1], size=(512, 1024)
    ),
    backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2), norm_cfg=dict(type='SyncBN')),
    decode_head=dict(
        seg=dict(type='FCNHead', num_classes=2, num_convs=1, concat_input=False, **HEAD),
        depth=dict(type='DepthHead', **HEAD),
    ),
)


def test_what_is_seen():
    trial = try_model(MODEL, size=(16, 24))
    convs = (3 * 8 + 8 * 8 + 8 * 8 + 8 * 8) * 9
    assert trial.parameters > convs
    assert set(trial.losses) == {'seg', 'depth'}
    assert trial.without_gradient == ()
    assert try_model(MODEL, size=(16, 24)) == trial
    assert try_model(MODEL, size=(16, 24), seed=1).losses != trial.losses


def test_a_head_without_gradient_is_named():
    depth = {**MODEL['decode_head']['depth'], 'loss_decode': dict(type='MaskedL1Loss')}
    depth['loss_decode']['loss_weight'] = 0.0
    with pytest.raises(ValueError, match=r'decode_head\.depth: the loss reaches none'):
        try_model({**MODEL, 'decode_head': {**MODEL['decode_head'], 'depth': depth}}, (16, 24))


def test_images_have_as_many_channels_as_the_backbone_reads():
    model = {**MODEL, 'data_preprocessor': dict(type='MultiTaskDataPreprocessor')}
    wider = {**model, 'backbone': {**MODEL['backbone'], 'in_channels': 6}}
    three, six = try_model(model, (16, 24)), try_model(wider, (16, 24))
    assert six.parameters - three.parameters == 3 * 8 * 9


def test_nothing_is_fetched_and_sizes_are_small():
    weights = dict(type='Pretrained', checkpoint='https://example.org/a.pth')
    model = dict(
        backbone=dict(
            type='A', img_size=(512, 512), init_cfg=weights, inner=[dict(pretrained='b')]
        ),
        pretrained='c',
        data_preprocessor=dict(type='B', size=(512, 512), test_cfg=dict(size_divisor=32), std=[1]),
        test_cfg=dict(mode='slide', crop_size=(512, 512), stride=(341, 341)),
        init_cfg=dict(type='Normal'),
    )
    assert small_offline_model(model, (32, 64)) == dict(
        backbone=dict(type='A', img_size=(32, 64), inner=[{}]),
        data_preprocessor=dict(type='B', std=[1]),
        test_cfg=dict(mode='slide', crop_size=(32, 64), stride=(32, 64)),
        init_cfg=dict(type='Normal'),
    )
    assert model['pretrained'] == 'c'


def test_a_network_of_every_kind_of_task():
    tasks = dict(
        parts=dict(type='ClassTask', classes=('head', 'legs')),
        edge=dict(type='BinaryTask'),
        height=dict(type='ScalarTask', min_value=-3, max_value=-1),
        normal=dict(type='DirectionTask'),
        flow=dict(type='VectorTask', channels=2, along_image=True, invalid=0),
    )
    heads = dict(
        parts=dict(type='FCNHead', num_convs=1, concat_input=False, **HEAD),
        edge=dict(type='BinaryHead', **HEAD),
        height=dict(type='DepthHead', **HEAD),
        normal=dict(type='NormalHead', **HEAD),
        flow=dict(type='VectorHead', **HEAD),
    )
    trial = try_model({**MODEL, 'tasks': tasks, 'decode_head': heads}, (16, 24))
    assert list(trial.losses) == list(tasks)
    assert all(loss > 0 for loss in trial.losses.values())
    assert trial.without_gradient == ()
