# The embedded street scenes with five tasks, three of them from the file of label ids alone:
#     python -m mmmtl_scenes streets data/street_scenes5 --normals
tasks = dict(
    category=dict(
        type='ClassTask',
        classes=('flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle'),
        palette=(
            (128, 64, 128), (70, 70, 70), (153, 153, 153), (107, 142, 35), (70, 130, 180),
            (220, 20, 60), (0, 0, 142),
        ),
        reader=dict(type='CityscapesIdReader', num_classes=7),
    ),
    label=dict(
        type='ClassTask',
        classes=(
            'road', 'sidewalk', 'building', 'wall', 'fence', 'pole', 'traffic light',
            'traffic sign', 'vegetation', 'terrain', 'sky', 'person', 'rider', 'car', 'truck',
            'bus', 'train', 'motorcycle', 'bicycle',
        ),
        palette=(
            (128, 64, 128), (244, 35, 232), (70, 70, 70), (102, 102, 156), (190, 153, 153),
            (153, 153, 153), (250, 170, 30), (220, 220, 0), (107, 142, 35), (152, 251, 152),
            (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142), (0, 0, 70), (0, 60, 100),
            (0, 80, 100), (0, 0, 230), (119, 11, 32),
        ),
        reader=dict(type='CityscapesIdReader', num_classes=19),
    ),
    edge=dict(type='BinaryTask', reader=dict(type='BoundaryReader')),
    depth=dict(
        type='ScalarTask', unit='mtan', reader=dict(type='DisparityReader', depth_unit='mtan')
    ),
    normal=dict(type='DirectionTask'),
)  # fmt: skip

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]
dataset = dict(
    type='MultiTaskDataset',
    tasks=tasks,
    data_root='data/street_scenes5',
    img_suffix='_leftImg8bit.png',
    label_suffix=dict(
        category='_gtFine_labelIds.png',
        label='_gtFine_labelIds.png',
        edge='_gtFine_labelIds.png',
        depth='_disparity.png',
        normal='_normal.npy',
    ),
)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        data_prefix=dict(
            img_path='leftImg8bit/train',
            category_map_path='gtFine/train',
            label_map_path='gtFine/train',
            edge_map_path='gtFine/train',
            depth_map_path='disparity/train',
            normal_map_path='normal/train',
        ),
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        data_prefix=dict(
            img_path='leftImg8bit/val',
            category_map_path='gtFine/val',
            label_map_path='gtFine/val',
            edge_map_path='gtFine/val',
            depth_map_path='disparity/val',
            normal_map_path='normal/val',
        ),
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
test_dataloader = val_dataloader

val_evaluator = [
    dict(type='TaskIoUMetric', task='category'),
    dict(type='TaskIoUMetric', task='label'),
    dict(type='BinaryMetric', task='edge'),
    dict(type='DepthErrorMetric', task='depth', infinite=1 / 65535),
    dict(type='NormalErrorMetric', task='normal'),
]
test_evaluator = val_evaluator
