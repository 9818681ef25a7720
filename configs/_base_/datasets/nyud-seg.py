# NYUD-MT: semantic segmentation alone.
_base_ = ['./nyud.py']
tasks = dict(_delete_=True, seg={{_base_.tasks.seg}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[0]]
test_evaluator = val_evaluator
