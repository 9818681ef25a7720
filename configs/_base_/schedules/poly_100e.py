# Adam and a polynomial fall of the learning rate, as the cross-task decoders are compared with; the
# numbers are our choice: InvPT trains ViT with 2e-5 and a weight decay of 1e-6 for 40,000 batches
# of 2.
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4, weight_decay=1e-6))
param_scheduler = [
    dict(type='PolyLR', power=0.9, eta_min=0.0, end=100, by_epoch=True, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# The learning rate belongs to a total batch of 8; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=8)
