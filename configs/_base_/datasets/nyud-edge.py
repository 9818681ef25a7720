# NYUD-MT: edges alone.
_base_ = ['./nyud-without-seg.py']
tasks = dict(_delete_=True, edge={{_base_.tasks.edge}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[3]]
test_evaluator = val_evaluator
