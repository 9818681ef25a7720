_base_ = 'toy_config.py'

train_dataloader = dict(sampler=dict(_delete_=True, type='InfiniteSampler', shuffle=True))
train_cfg = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=12, val_interval=6)
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=6))
log_processor = dict(by_epoch=False)
param_scheduler = None
