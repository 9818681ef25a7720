_base_ = [
    './_base_/models/mtan-v1_segnet.py',
    './_base_/datasets/cityscapes19.py',
    './_base_/schedules/mtan-v1_150e.py',
    './_base_/default_runtime.py',
]
model = dict(decode_head=dict(seg=dict(num_classes=19)))
