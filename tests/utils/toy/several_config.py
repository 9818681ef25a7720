# Two data sets of which each has a task of its own: batches of one of them, measured apart.
_base_ = 'weighting_config.py'

streets = dict(type='TwoTaskDataset', tasks=['seg'])
office = dict(type='TwoTaskDataset', tasks=['depth'], first=20)
train_dataloader = dict(
    batch_size=2,
    batch_sampler=dict(type='MultiSetBatchSampler', shares='uniform'),
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=dict(streets=dict(streets, length=3), office=dict(office, length=7)),
    ),
)


def evaluated(dataset, batch_size):
    return dict(
        batch_size=batch_size,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dataset,
    )


val_dataloader = test_dataloader = dict(
    streets=evaluated(dict(streets, length=3, first=40), 2),
    office=evaluated(dict(office, length=5, first=60), 1),
)
val_evaluator = test_evaluator = dict(
    streets=dict(type='TaskIoUMetric', task='seg'), office=[dict(type='DepthErrorMetric')]
)
val_cfg = dict(type='MultiSetValLoop')
test_cfg = dict(type='MultiSetTestLoop')
train_cfg = dict(val_interval=2)
