# PASCAL-Context: saliency alone.
_base_ = ['./pascal-context-without-seg.py']
tasks = dict(_delete_=True, saliency={{_base_.tasks.saliency}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[2]]
test_evaluator = val_evaluator
