# NYUD-MT for a network that learns no classes: its crops are not chosen by them.
_base_ = ['./nyud.py']
train_pipeline = [
    dict(step, cat_max_ratio=1.0) if step.type == 'RandomCrop' else step
    for step in _base_.train_pipeline
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
