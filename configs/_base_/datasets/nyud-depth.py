# NYUD-MT: depth alone.
_base_ = ['./nyud-without-seg.py']
tasks = dict(_delete_=True, depth={{_base_.tasks.depth}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[1]]
test_evaluator = val_evaluator
