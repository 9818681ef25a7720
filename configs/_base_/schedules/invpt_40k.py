# InvPT's schedule: Adam 2e-5, a weight decay of 1e-6 and a polynomial fall over 40,000 batches of 2
# (the batch size is the data loader's).
_base_ = ['../default_runtime.py']
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=2e-5, weight_decay=1e-6))
param_scheduler = [dict(type='PolyLR', power=0.9, eta_min=0.0, end=40000, by_epoch=False)]
train_cfg = dict(type='IterBasedTrainLoop', max_iters=40000, val_interval=1000)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# The learning rate belongs to a total batch of 2; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=2)
log_processor = dict(by_epoch=False)
default_hooks = dict(
    logger=dict(log_metric_by_epoch=False),
    checkpoint=dict(by_epoch=False, interval=1000),
)
