# MTAN with five tasks on the embedded street scenes: two sets of classes, edges, depth, normals.
_base_ = [
    './_base_/models/mtan_segnet.py',
    './_base_/datasets/streets5.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
widths = (16, 32, 64, 64, 64)
classes = dict(
    type='FCNHead',
    in_channels=16,
    channels=16,
    num_convs=1,
    concat_input=False,
    dropout_ratio=0,
    norm_cfg=None,
    act_cfg=None,
    loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
)
model = dict(
    tasks={{_base_.tasks}},
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(
        _delete_=True,
        category=classes,
        label=classes,
        edge=dict(type='BinaryHead', in_channels=16, channels=16),
        depth=dict(type='DepthHead', in_channels=16, channels=16),
        normal=dict(type='NormalHead', in_channels=16, channels=16),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
)

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
default_hooks = dict(
    logger=dict(interval=10),
    checkpoint=dict(max_keep_ckpts=2, save_best='label/mIoU', rule='greater'),
)
