# A small MTAN without statistics of batches: it does not matter how images are spread.
custom_imports = dict(
    imports=['mmmtl', 'tests.utils.toy.weighting_components'], allow_failed_imports=False
)
default_scope = 'mmseg'

norm = dict(type='GN', num_groups=2)
widths = (4, 4)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True
    ),
    backbone=dict(
        type='SegNet', widths=widths, num_convs=(2, 2), return_blocks=True, norm_cfg=norm
    ),
    neck=dict(type='MTANNeck', widths=widths, norm_cfg=norm),
    decode_head=dict(
        seg=dict(
            type='FCNHead',
            in_channels=4,
            channels=4,
            num_convs=0,
            concat_input=False,
            num_classes=3,
            dropout_ratio=0,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
        ),
        depth=dict(type='DepthHead', in_channels=4, channels=4),
    ),
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        type='ConcatDataset',
        datasets=[
            dict(type='TwoTaskDataset', length=4),
            dict(type='TwoTaskDataset', length=2, tasks=['seg'], first=10),
        ],
    ),
)
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.05, momentum=0.9))
param_scheduler = None
train_cfg = dict(by_epoch=True, max_epochs=4)
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1), checkpoint=dict(type='CheckpointHook', interval=2)
)
custom_hooks = [
    dict(type='EpochSeedHook'),
    dict(type='SyncNormStatsHook'),
    dict(type='LossWeightingHook'),
    dict(type='KillHook', iteration=None),
]
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='MultiTaskLocalVisualizer', vis_backends=vis_backends)
log_processor = dict(by_epoch=True)
log_level = 'ERROR'
randomness = dict(seed=3)
