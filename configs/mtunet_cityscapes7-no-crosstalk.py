# Ablation: the tasks' decoders do not read each other.
_base_ = ['./mtunet_cityscapes7.py']
model = dict(neck=dict(cross_talk=False))
