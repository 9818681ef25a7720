# Single task: MT-UNet's baseline for semantic segmentation into 13 classes.
_base_ = [
    './_base_/models/stunet-seg.py',
    './_base_/datasets/nyuv2-seg-depth.py',
    './_base_/schedules/mtunet_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
tasks = ['seg']
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = dict(dataset=dict(tasks=tasks))
val_evaluator = [dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg')]
test_evaluator = val_evaluator
model = dict(decode_head=dict(seg=dict(num_classes=13)))
