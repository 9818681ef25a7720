# STAN: MTAN's attention over a SegNet for surface normals alone.
_base_ = ['./segnet-normal.py']
model = dict(
    backbone=dict(return_blocks=True),
    neck=dict(type='MTANNeck'),
)
