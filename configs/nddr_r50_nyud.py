# NDDR-CNN's units between decoder streams on ResNet-50: NYUD-MT.
_base_ = ['./nddr_r18_nyud.py']
model = dict(backbone=dict(depth=50), neck=dict(in_channels=[256, 512, 1024, 2048]))
