# STAN: MTAN's attention over a SegNet for depth alone.
_base_ = ['./segnet-depth.py']
model = dict(
    backbone=dict(return_blocks=True),
    neck=dict(type='MTANNeck'),
)
