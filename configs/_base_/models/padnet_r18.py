# PAD-Net on ResNet-18: the auxiliary heads make the initial predictions.
_base_ = ['./task_heads.py']
auxiliary = dict(in_channels=256, in_index=1, channels=256, num_convs=0)
model = dict(
    backbone=dict(type='ResNetV1c', depth=18),
    neck=dict(
        type='PADNetNeck',
        in_channels=[64, 128, 256, 512],
    ),
    auxiliary_head=dict(
        seg=dict(
            type='FCNHead',
            concat_input=False,
            dropout_ratio=0,
            num_classes=7,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
            **auxiliary,
        ),
        depth=dict(type='DepthHead', **auxiliary),
    ),
)
