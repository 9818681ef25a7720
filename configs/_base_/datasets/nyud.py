# NYUD-MT with four tasks, 448x576. The folder NYUD_MT, or the embedded set in its layout:
#     python -m mmmtl_scenes rooms data/NYUD_MT --format nyud --size 480x640
tasks = dict(
    seg=dict(
        type='ClassTask',
        classes=(
            'wall', 'floor', 'cabinet', 'bed', 'chair', 'sofa', 'table', 'door', 'window',
            'bookshelf', 'picture', 'counter', 'blinds', 'desk', 'shelves', 'curtain', 'dresser',
            'pillow', 'mirror', 'floor mat', 'clothes', 'ceiling', 'books', 'refridgerator',
            'television', 'paper', 'towel', 'shower curtain', 'box', 'whiteboard', 'person',
            'night stand', 'toilet', 'sink', 'lamp', 'bathtub', 'bag', 'otherstructure',
            'otherfurniture', 'otherprop',
        ),
    ),
    depth=dict(type='ScalarTask', unit='depth'),
    normal=dict(type='DirectionTask'),
    edge=dict(type='BoundaryTask'),
)  # fmt: skip
image_size = (480, 640)  # height, width
crop_size = (448, 576)

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    # depths are divided by the factor
    dict(
        type='MultiTaskRandomResize',
        scale=image_size[::-1],
        ratio_range=(0.5, 2.0),
        keep_ratio=True,
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
dataset = dict(type='NYUDMultiTaskDataset', data_root='data/NYUD_MT', tasks=tasks)
train_dataloader = dict(
    batch_size=8,
    num_workers=4,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(**dataset, split='train', pipeline=train_pipeline),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(**dataset, split='val', pipeline=test_pipeline, test_mode=True),
)
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='TaskIoUMetric', task='seg'),
    dict(type='DepthErrorMetric', task='depth'),
    dict(type='NormalErrorMetric', task='normal'),
    dict(type='BoundaryMetric', task='edge', max_dist=0.011),
]
test_evaluator = val_evaluator
