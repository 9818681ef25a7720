# Hard sharing on dilated ResNet-18, an ASPP and a head for each task: PASCAL-Context.
_base_ = ['./split_r50-d8_deeplabv3_pascal-context.py']
model = dict(backbone=dict(depth=18), neck=dict(neck=dict(in_channels=512)))
