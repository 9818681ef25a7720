# One small SegNet that learns depth from photographs of an office alone.
_base_ = ['./mtan_segnet_camvid-hololens.py']
model = dict(
    tasks=dict(_delete_=True, depth={{_base_.tasks.depth}}),
    backbone=dict(return_blocks=False),
    neck=None,
    decode_head=dict(_delete_=True, depth={{_base_.model.decode_head.depth}}),
    set_statistics=None,
)
train_dataloader = dict(
    # as many as the networks for both tasks see in an epoch
    batch_sampler=dict(batches_per_epoch=20),
    dataset=dict(
        datasets=dict(_delete_=True, office={{_base_.train_dataloader.dataset.datasets.office}})
    ),
)
val_dataloader = dict(_delete_=True, office={{_base_.val_dataloader.office}})
test_dataloader = val_dataloader
val_evaluator = dict(_delete_=True, office={{_base_.val_evaluator.office}})
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='office/depth/abs_err'))
