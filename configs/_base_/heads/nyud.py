# The four tasks of NYUD-MT: a head for each, with the losses and weights of its protocol.
heads = dict(
    seg=dict(
        type='FCNHead',
        concat_input=False,
        num_convs=1,
        loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
    ),
    depth=dict(type='DepthHead', loss_decode=dict(type='MaskedL1Loss')),
    normal=dict(type='NormalHead', loss_decode=dict(type='MaskedL1Loss', loss_weight=10.0)),
    edge=dict(
        type='BinaryHead',
        loss_decode=dict(type='BinaryCrossEntropyLoss', positive_weight=0.95, loss_weight=50.0),
    ),
)
