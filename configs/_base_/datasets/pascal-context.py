# PASCAL-Context with five tasks, 512x512. The folder PASCAL_MT, or the embedded set in its layout:
#     python -m mmmtl_scenes streets data/PASCAL_MT --format pascal
tasks = dict(
    seg=dict(
        type='ClassTask',
        classes=(
            'background', 'aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat',
            'chair', 'cow', 'diningtable', 'dog', 'horse', 'motorbike', 'person', 'pottedplant',
            'sheep', 'sofa', 'train', 'tvmonitor',
        ),
    ),
    parts=dict(
        type='ClassTask',
        classes=(
            'background', 'head', 'torso', 'upper arm', 'lower arm', 'upper leg', 'lower leg',
        ),
    ),
    saliency=dict(type='BinaryTask'),
    normal=dict(type='DirectionTask'),
    edge=dict(type='BoundaryTask'),
)  # fmt: skip
crop_size = (512, 512)  # height, width

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(
        type='MultiTaskRandomResize', scale=crop_size[::-1], ratio_range=(0.5, 2.0), keep_ratio=True
    ),
    dict(type='RandomCrop', crop_size=crop_size, cat_max_ratio=0.75),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
    dict(type='MultiTaskPad', size=crop_size[::-1]),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
dataset = dict(type='PascalContextMultiTaskDataset', data_root='data/PASCAL_MT', tasks=tasks)
train_dataloader = dict(
    batch_size=8,
    num_workers=4,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(**dataset, split='train', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=1,  # images have sizes of their own
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(**dataset, split='val', pipeline=test_pipeline, test_mode=True),
)
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='TaskIoUMetric', task='seg'),
    dict(type='TaskIoUMetric', task='parts'),
    dict(
        type='BinaryMetric',
        task='saliency',
        beta_squared=1.0,  # of the multi-task papers; 0.3 in those on saliency
        thresholds=[step / 20 for step in range(1, 20)],
    ),
    dict(type='NormalErrorMetric', task='normal'),
    dict(type='BoundaryMetric', task='edge', max_dist=0.0075),
]
test_evaluator = val_evaluator
