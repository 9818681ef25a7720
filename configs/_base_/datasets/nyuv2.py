# NYUv2 at the size of the papers, 13 classes, depth in metres and surface normals.
_base_ = ['./cityscapes7.py']
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

dataset = dict(
    type=dataset_type,
    data_root=data_root,
    tasks=tasks,
    num_classes=num_classes,
    depth_unit='depth',
    pipeline=train_pipeline,
)
train_dataloader = dict(batch_size=2, dataset=dataset)
val_dataloader = dict(batch_size=2, dataset=dataset)
test_dataloader = dict(batch_size=2, dataset=dataset)

val_evaluator = [
    dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg'),
    dict(type='DepthErrorMetric', prefix='depth'),
    dict(type='NormalErrorMetric', prefix='normal'),
]
test_evaluator = val_evaluator
