# STAN: MTAN's attention over a SegNet for segmentation alone.
_base_ = ['./segnet-seg.py']
model = dict(
    backbone=dict(return_blocks=True),
    neck=dict(type='MTANNeck'),
)
