# MTLBL2: attention over the shared encoder as in MTAN's preprint, and a decoder for each task.
_base_ = ['./split_segnet.py']
model = dict(
    backbone=dict(type='SegNetEncoder'),
    neck=dict(type='MTLBL2Neck'),
    loss_weighting=dict(type='DynamicWeightAverage', temperature=20.0),
)
