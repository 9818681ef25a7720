# Classes from one data set, depth from another: street frames of CamVid without depth, and frames
# of an office without classes, 16 bit depth in millimetres with 0 where nothing was measured.
#     data/camvid_mini/    images/{train,val}/*.jpg  annotations/{train,val}/*.png  ids 0 to 10, 11
#     data/hololens_mini/  images/{train,val}/*.jpg  depth/{train,val}/*.png
tasks = dict(
    seg=dict(
        type='ClassTask',
        classes=(
            'sky', 'building', 'pole', 'road', 'pavement', 'tree', 'sign', 'fence', 'car',
            'pedestrian', 'bicyclist',
        ),
        palette=(
            (128, 128, 128), (128, 0, 0), (192, 192, 128), (128, 64, 128), (60, 40, 222),
            (128, 128, 0), (192, 128, 128), (64, 64, 128), (64, 0, 128), (64, 64, 0), (0, 128, 192),
        ),
        reader=dict(type='IdMapReader', table=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255]),
    ),
    depth=dict(type='ScalarTask', unit='depth', reader=dict(type='ScalarReader', scale=0.001)),
)  # fmt: skip

camvid = dict(type='MultiTaskDataset', tasks=['seg'], data_root='data/camvid_mini')
office = dict(
    type='MultiTaskDataset',
    tasks=['depth'],
    data_root='data/hololens_mini',
    label_suffix=dict(depth='.png'),
)
load = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
flip = dict(type='MultiTaskRandomFlip', prob=0.5)
pack = dict(type='PackMultiTaskInputs')
camvid_pipeline = [*load, dict(type='ReduceResolution', size=(96, 128))]
office_pipeline = [*load, dict(type='ReduceResolution', size=(64, 96))]

# Batches of one data set each: their images need not have one size.
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    batch_sampler=dict(type='MultiSetBatchSampler', shares='uniform'),
    dataset=dict(
        type='ConcatDataset',
        datasets=dict(
            camvid=dict(
                **camvid,
                data_prefix=dict(img_path='images/train', seg_map_path='annotations/train'),
                pipeline=[*camvid_pipeline, flip, pack],
            ),
            office=dict(
                **office,
                data_prefix=dict(img_path='images/train', depth_map_path='depth/train'),
                pipeline=[*office_pipeline, flip, pack],
            ),
        ),
    ),
)
in_order = dict(type='DefaultSampler', shuffle=False)
val_dataloader = dict(
    camvid=dict(
        batch_size=4,
        num_workers=0,
        sampler=in_order,
        dataset=dict(
            **camvid,
            data_prefix=dict(img_path='images/val', seg_map_path='annotations/val'),
            pipeline=[*camvid_pipeline, pack],
            test_mode=True,
        ),
    ),
    office=dict(
        batch_size=4,
        num_workers=0,
        sampler=in_order,
        dataset=dict(
            **office,
            data_prefix=dict(img_path='images/val', depth_map_path='depth/val'),
            pipeline=[*office_pipeline, pack],
            test_mode=True,
        ),
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(
    camvid=dict(type='TaskIoUMetric', task='seg'), office=dict(type='DepthErrorMetric')
)
test_evaluator = val_evaluator
