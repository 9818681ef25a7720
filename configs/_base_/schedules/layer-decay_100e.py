# A pretrained backbone trained with the heads: AdamW 1e-4, a warm-up and a cosine over 100 epochs;
# the rate falls from layer to layer towards the image. No weight decay of normalisations, biases
# and position embeddings.
_base_ = ['./mtan_200e.py']
optim_wrapper = dict(
    constructor='LayerDecayOptimWrapperConstructor',
    optimizer=dict(_delete_=True, type='AdamW', lr=1e-4, weight_decay=0.05),
    paramwise_cfg=dict(
        layer_decay=0.8,
        norm_decay_mult=0.0,
        flat_decay_mult=0.0,
        custom_keys=dict(
            position_embeddings=dict(decay_mult=0.0),
            relative_position_bias_table=dict(decay_mult=0.0),
            cls_token=dict(decay_mult=0.0),
        ),
    ),
    clip_grad=dict(max_norm=1.0),
)
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-3,
        begin=0,
        end=4,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
    dict(
        type='CosineAnnealingLR',
        eta_min=0.0,
        begin=4,
        end=100,
        by_epoch=True,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(max_epochs=100)
