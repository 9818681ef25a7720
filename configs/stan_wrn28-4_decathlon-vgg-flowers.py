# STAN, MTAN's attention for one task, on a single domain of the Visual Decathlon.
_base_ = [
    './_base_/models/mtan_wrn28-4.py',
    './_base_/datasets/decathlon.py',
    './_base_/schedules/mtan_300e-decathlon.py',
    './_base_/default_runtime.py',
]
domain, task = 'vgg-flowers', 'vgg_flowers'
model = dict(decode_head={'_delete_': True, task: _base_.model.decode_head[task]})
train_set = _base_.train_dataloader.dataset.datasets[domain]
train_dataloader = dict(dataset=dict(datasets={'_delete_': True, domain: train_set}))
val_dataloader = {'_delete_': True, domain: _base_.val_dataloader[domain]}
val_evaluator = {'_delete_': True, domain: _base_.val_evaluator[domain]}
test_dataloader = {'_delete_': True, domain: _base_.test_dataloader[domain]}
test_evaluator = {'_delete_': True, domain: _base_.test_evaluator[domain]}
default_hooks = dict(checkpoint=dict(save_best=f'{task}/accuracy', rule='greater'))
