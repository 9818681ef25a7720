# Single task: MT-UNet's baseline for depth in metres.
_base_ = [
    './_base_/models/stunet-depth.py',
    './_base_/datasets/nyuv2-seg-depth.py',
    './_base_/schedules/mtunet_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
tasks = ['depth']
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = dict(dataset=dict(tasks=tasks))
val_evaluator = [dict(type='DepthErrorMetric', prefix='depth')]
test_evaluator = val_evaluator
