# `make demo`: a small MTAN on the embedded street scenes, for a few minutes on a CPU.
_base_ = ['./mtan_segnet_cityscapes7.py']

data_root = 'data/street_scenes'
widths = (16, 32, 64, 64, 64)
model = dict(
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(
        seg=dict(
            in_channels=16,
            channels=16,
            # Poles, signs and people are few pixels and count more. With class weights mmseg
            # averages over the labelled pixels by itself.
            loss_decode=dict(class_weight=[1, 1, 3, 1, 1, 3, 1], avg_non_ignore=False),
        ),
        depth=dict(in_channels=16, channels=16),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
)

train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size=(128, 256)),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
train_dataloader = dict(
    batch_size=2, num_workers=0, dataset=dict(data_root=data_root, pipeline=train_pipeline)
)
val_dataloader = dict(num_workers=0, dataset=dict(data_root=data_root))
test_dataloader = dict(num_workers=0, dataset=dict(data_root=data_root))

max_epochs = 5
optim_wrapper = dict(optimizer=dict(lr=5e-3))
param_scheduler = [
    dict(
        type='OneCycleLR',
        eta_max=5e-3,
        pct_start=0.2,
        total_steps=max_epochs,
        by_epoch=True,
        convert_to_iter_based=True,
    )
]
train_cfg = dict(max_epochs=max_epochs)
default_hooks = dict(logger=dict(interval=10), checkpoint=dict(max_keep_ckpts=2))
custom_hooks = [
    dict(type='EpochSeedHook'),
    dict(type='PreemptionHook'),
    dict(type='SyncNormStatsHook'),
    dict(type='LossWeightingHook'),
    dict(type='ProgressLineHook', metrics=['seg/mIoU', 'depth/abs_err']),
    dict(type='TaskCheckHook'),
    dict(type='ClassPixelsHook'),
    dict(type='CheckpointFitHook'),
    dict(type='WorkDirHook'),
]
