# MTAN with categories, inverse depth and the weather of the whole image, on the embedded streets.
_base_ = ['./mtan_segnet_streets5.py']
tasks = dict(
    _delete_=True,
    category=_base_.tasks.category,
    depth=_base_.tasks.depth,
    weather=dict(type='ImageClassTask', classes=('sunny', 'low sun', 'veiled', 'overcast')),
)
model = dict(
    tasks=tasks,
    decode_head=dict(
        _delete_=True,
        category=_base_.model.decode_head.category,
        depth=_base_.model.decode_head.depth,
        weather=dict(
            type='ImageClassHead',
            in_channels=16,
            channels=32,
            num_convs=1,
            act_cfg=dict(type='ReLU'),
        ),
    ),
)
labels = dict(
    tasks=tasks,
    label_suffix=dict(_delete_=True, category='_gtFine_labelIds.png', depth='_disparity.png'),
)
train_dataloader = dict(
    batch_size=8,  # what a whole image is like, normalisation over two images hides
    dataset=dict(**labels, data_prefix=dict(weather_map_path='weather/train.csv')),
)
val_dataloader = dict(dataset=dict(**labels, data_prefix=dict(weather_map_path='weather/val.csv')))
test_dataloader = val_dataloader
val_evaluator = [
    _base_.val_evaluator[0],
    _base_.val_evaluator[3],
    dict(type='ImageClassMetric', task='weather'),
]
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='weather/accuracy'))
