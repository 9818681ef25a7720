# Four tasks: beside the two of the base a second one of classes, and a mask.
_base_ = 'weighting_config.py'

tasks = dict(
    seg=dict(type='ClassTask', classes=('a', 'b', 'c')),
    depth=dict(type='ScalarTask', unit=None),
    parts=dict(type='ClassTask', classes=('w', 'x', 'y', 'z')),
    edge=dict(type='BinaryTask'),
)
model = dict(
    tasks=tasks,
    decode_head=dict(
        parts=dict(
            type='FCNHead',
            in_channels=4,
            channels=4,
            num_convs=0,
            concat_input=False,
            dropout_ratio=0,
            loss_decode=dict(type='CrossEntropyLoss', avg_non_ignore=True),
        ),
        edge=dict(
            type='BinaryHead',
            in_channels=4,
            channels=4,
            # Without a balance by batch it does not matter how images are spread.
            loss_decode=dict(type='BinaryCrossEntropyLoss', positive_weight=0.7),
        ),
    ),
)
train_dataloader = dict(
    dataset=dict(
        datasets=[
            dict(type='TwoTaskDataset', length=4, tasks=list(tasks)),
            dict(type='TwoTaskDataset', length=2, tasks=['seg'], first=10),
            dict(type='TwoTaskDataset', length=2, tasks=['parts', 'edge'], first=20),
        ],
    ),
)
