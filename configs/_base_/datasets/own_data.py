# Classes (`seg`) and depths of images of your own: loaders, augmentation, metrics,
# schedule. A config adds tasks, folders and lists of names, as own_data_example.py does.
_base_ = ['../schedules/poly_100e.py', '../default_runtime.py']
load = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
pack = [dict(type='PackMultiTaskInputs')]
augment = [
    dict(type='RandomScaleCrop'),  # enlarged parts, depths divided by the factor
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
]
train_dataloader = dict(
    batch_size=4,
    num_workers=2,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='MultiTaskDataset', pipeline=[*load, *augment, *pack]),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='MultiTaskDataset', pipeline=[*load, *pack], test_mode=True),
)
test_dataloader = val_dataloader
val_evaluator = [
    dict(type='TaskIoUMetric', task='seg'),
    dict(type='DepthErrorMetric', task='depth'),
]
test_evaluator = val_evaluator
