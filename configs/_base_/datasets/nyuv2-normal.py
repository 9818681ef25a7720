_base_ = ['./nyuv2.py']
tasks = ['normal']
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = dict(dataset=dict(tasks=tasks))
val_evaluator = [dict(type='NormalErrorMetric', prefix='normal')]
test_evaluator = val_evaluator
