# Cross-Stitch: one SegNet for each task, which read learned mixtures of all.
_base_ = ['./split_segnet.py']
model = dict(backbone=dict(type='CrossStitchSegNet'))
