_base_ = [
    './_base_/models/stunet-seg.py',
    './_base_/datasets/cityscapes19-seg.py',
    './_base_/schedules/mtunet_200e.py',
    './_base_/default_runtime.py',
]
model = dict(decode_head=dict(seg=dict(num_classes=19)))
