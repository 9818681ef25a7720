# MTAN: a shared SegNet, and attention over it for each task.
_base_ = ['./split_segnet.py']
model = dict(
    backbone=dict(return_blocks=True),
    neck=dict(type='MTANNeck'),
)
