# NYUv2 at the size of the papers, 13 classes, depth in metres and surface normals.
dataset_type = 'NYUv2MultiTaskDataset'
data_root = 'data/nyuv2'
tasks = ['seg', 'depth', 'normal']
num_classes = 13
image_size = (288, 384)  # height, width; files that have it already are not resized

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size=image_size),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = train_pipeline
tta_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size=image_size),
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

train_dataloader = dict(
    batch_size=2,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='train',
        tasks=tasks,
        num_classes=num_classes,
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=2,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='val',
        tasks=tasks,
        num_classes=num_classes,
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
    dict(type='DepthErrorMetric', prefix='depth'),
    dict(type='NormalErrorMetric', prefix='normal'),
]
test_evaluator = val_evaluator
