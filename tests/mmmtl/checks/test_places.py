from mmmtl.checks.places import each, places

CONFIG = dict(
    model=dict(
        type='A',
        backbone=dict(type='B', norm_cfg=dict(type='BN')),
        decode_head=dict(seg=dict(type='C', loss_decode=[dict(type='D')])),
        other=dict(type='of a language of its own'),
    ),
    val_dataloader=dict(
        dataset=dict(type='Repeat', dataset=dict(type='E', pipeline=[dict(type='F')]))
    ),
    val_evaluator=dict(type='Evaluator', metrics=[dict(type='G')]),
)


def test_parts_are_found_with_their_places():
    assert [(place.where, place.config['type']) for place in places(CONFIG, ('val',))] == [
        ('model', 'A'),
        ('model.backbone', 'B'),
        ('model.backbone.norm_cfg', 'BN'),
        ('model.decode_head.seg', 'C'),
        ('model.decode_head.seg.loss_decode.0', 'D'),
        ('val_dataloader.dataset', 'Repeat'),
        ('val_dataloader.dataset.dataset', 'E'),
        ('val_dataloader.dataset.dataset.pipeline.0', 'F'),
        ('val_evaluator', 'Evaluator'),
        ('val_evaluator.metrics.0', 'G'),
    ]
    assert len(list(places(CONFIG, ('train',)))) == 5


def test_one_or_several():
    assert list(each(None, 'a')) == []
    assert list(each({}, 'a')) == [('a', {})]
    assert list(each([1, 2], 'a')) == [('a.0', 1), ('a.1', 2)]
