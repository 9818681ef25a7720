# PASCAL-Context: edges alone.
_base_ = ['./pascal-context-without-seg.py']
tasks = dict(_delete_=True, edge={{_base_.tasks.edge}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[4]]
test_evaluator = val_evaluator
