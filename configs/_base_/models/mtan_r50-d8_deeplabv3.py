# MTAN on ResNet-50: attention over the last residual block of each stage, for each task.
_base_ = ['./split_r50-d8_deeplabv3.py']
model = dict(
    backbone=dict(type='MTANResNet'),
    neck=dict(attention=dict(type='MTANResNetNeck', norm_cfg={{_base_.norm_cfg}})),
)
