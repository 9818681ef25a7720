# MTAN as in its first preprint: the attention has convolutions 3x3 and changes the resolution.
_base_ = ['./split_segnet.py']
model = dict(
    backbone=dict(return_blocks=True),
    neck=dict(type='MTANv1Neck'),
    loss_weighting=dict(type='DynamicWeightAverage', temperature=20.0),
)
