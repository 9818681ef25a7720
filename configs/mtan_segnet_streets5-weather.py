# MTAN with the five tasks of the embedded street scenes, and the weather of the whole image.
_base_ = ['./mtan_segnet_streets5.py']
tasks = dict(
    weather=dict(type='ImageClassTask', classes=('sunny', 'low sun', 'veiled', 'overcast'))
)
model = dict(
    tasks=tasks,
    decode_head=dict(
        weather=dict(type='ImageClassHead', in_channels=16),
    ),
)
train_dataloader = dict(
    dataset=dict(tasks=tasks, data_prefix=dict(weather_map_path='weather/train.csv'))
)
val_dataloader = dict(
    dataset=dict(tasks=tasks, data_prefix=dict(weather_map_path='weather/val.csv'))
)
test_dataloader = val_dataloader
val_evaluator = _base_.val_evaluator + [dict(type='ImageClassMetric', task='weather')]
test_evaluator = val_evaluator
