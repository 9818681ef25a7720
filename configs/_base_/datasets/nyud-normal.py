# NYUD-MT: surface normals alone.
_base_ = ['./nyud-without-seg.py']
tasks = dict(_delete_=True, normal={{_base_.tasks.normal}})
train_dataloader = dict(dataset=dict(tasks=tasks))
val_dataloader = dict(dataset=dict(tasks=tasks))
test_dataloader = val_dataloader
val_evaluator = [_base_.val_evaluator[2]]
test_evaluator = val_evaluator
