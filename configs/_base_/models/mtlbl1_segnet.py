# MTLBL1: a shared SegNet, and one for each task that receives the shared features.
_base_ = ['./split_segnet.py']
model = dict(
    backbone=dict(type='MTLBL1SegNet'),
    loss_weighting=dict(type='DynamicWeightAverage', temperature=20.0),
)
