# A small MTAN that learns classes from street photographs and depth from those of an office.
_base_ = [
    './_base_/models/mtan_segnet.py',
    './_base_/datasets/camvid-hololens.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
widths = (8, 16, 32, 64, 64)
model = dict(
    tasks={{_base_.tasks}},
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(
        _delete_=True,
        seg=dict(
            type='FCNHead',
            in_channels=8,
            channels=8,
            num_convs=1,
            concat_input=False,
            dropout_ratio=0,
            norm_cfg=None,
            act_cfg=None,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
        ),
        depth=dict(type='DepthHead', in_channels=8, channels=8),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
    set_statistics=['camvid', 'office'],
)

max_epochs = 12
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
train_cfg = dict(max_epochs=max_epochs, val_interval=4)
val_cfg = dict(type='MultiSetValLoop')
test_cfg = dict(type='MultiSetTestLoop')
default_hooks = dict(
    logger=dict(interval=10),
    checkpoint=dict(max_keep_ckpts=2, save_best='camvid/seg/mIoU'),
)
