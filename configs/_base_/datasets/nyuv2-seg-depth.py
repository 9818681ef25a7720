# The two tasks of the MT-UNet paper, at its size.
_base_ = ['./nyuv2.py']
tasks = ['seg', 'depth']
image_size = (128, 256)
pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size=image_size),
    dict(type='PackMultiTaskInputs'),
]
tta_pipeline = [
    *pipeline[:3],
    dict(
        type='TestTimeAug',
        transforms=[
            [
                dict(type='MultiTaskRandomFlip', prob=0.0),
                dict(type='MultiTaskRandomFlip', prob=1.0),
            ],
            [dict(type='PackMultiTaskInputs')],
        ],
    ),
]
train_dataloader = dict(dataset=dict(tasks=tasks, pipeline=pipeline))
val_dataloader = dict(dataset=dict(tasks=tasks, pipeline=pipeline))
test_dataloader = dict(dataset=dict(tasks=tasks, pipeline=pipeline))
val_evaluator = [
    dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
    dict(type='DepthErrorMetric', prefix='depth'),
]
test_evaluator = val_evaluator
