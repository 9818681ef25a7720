# MT-UNet: Adam 1e-4 for 200 epochs, the learning rate kept.
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4))
param_scheduler = []
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=200, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# The learning rate belongs to a total batch of 8; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=8)
