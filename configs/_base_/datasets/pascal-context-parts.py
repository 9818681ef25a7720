# PASCAL-Context: parts of people alone.
_base_ = ['./pascal-context-without-seg.py']
tasks = dict(_delete_=True, parts={{_base_.tasks.parts}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[1]]
test_evaluator = val_evaluator
