_base_ = ['./nyuv2.py']
tasks = ['seg']
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = dict(dataset=dict(tasks=tasks))
val_evaluator = [dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg')]
test_evaluator = val_evaluator
