_base_ = ['./cityscapes7.py']
tasks = ['depth']
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = dict(dataset=dict(tasks=tasks))
val_evaluator = [dict(type='DepthErrorMetric', prefix='depth', infinite=1 / 65535)]
test_evaluator = val_evaluator
