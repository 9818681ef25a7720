# NDDR-CNN's units between decoder streams of the tasks, on a shared ResNet-18.
_base_ = ['./task_heads.py']
model = dict(
    backbone=dict(type='ResNetV1c', depth=18),
    neck=dict(
        type='TaskStreamsNeck',
        in_channels=[64, 128, 256, 512],
        unit=dict(type='NDDRUnit'),
    ),
)
