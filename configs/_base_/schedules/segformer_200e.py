# SegFormer's optimizer: AdamW with a warm-up and a linear decay, attention and heads ten times as
# fast as the backbone; over 200 epochs, as the other experiments.
_base_ = ['./mtan_200e.py']
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='AdamW', lr=6e-5, betas=(0.9, 0.999), weight_decay=0.01),
    paramwise_cfg=dict(
        custom_keys=dict(
            pos_block=dict(decay_mult=0.0),
            norm=dict(decay_mult=0.0),
            head=dict(lr_mult=10.0),
            neck=dict(lr_mult=10.0),
        )
    ),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-6,
        begin=0,
        end=4,  # 1500 steps on CityScapes
        by_epoch=True,
        convert_to_iter_based=True,
    ),
    dict(
        type='PolyLR',
        power=1.0,
        eta_min=0.0,
        begin=4,
        end=200,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
]
