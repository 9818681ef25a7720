# CityScapes at the size of the papers, 7 categories and inverse depth.
dataset_type = 'CityscapesMultiTaskDataset'
data_root = 'data/cityscapes'
tasks = ['seg', 'depth']
num_classes = 7
image_size = (128, 256)  # height, width; files that have it already are not resized

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size=image_size),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = train_pipeline
tta_pipeline = [
    *train_pipeline[:3],
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
    batch_size=8,
    num_workers=2,
    collate_fn=dict(type='shared_collate'),  # workers send batches through memory used again
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='train',
        tasks=tasks,
        num_classes=num_classes,
        depth_unit='mtan',
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=8,
    num_workers=2,
    collate_fn=dict(type='shared_collate'),
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type=dataset_type,
        data_root=data_root,
        split='val',
        tasks=tasks,
        num_classes=num_classes,
        depth_unit='mtan',
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
    dict(type='DepthErrorMetric', prefix='depth', infinite=1 / 65535),
]
test_evaluator = val_evaluator
