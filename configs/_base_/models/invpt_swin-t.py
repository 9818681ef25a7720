# InvPT on Swin-T: the auxiliary heads make the preliminary predictions.
_base_ = ['./invpt_mit-b0.py']
head = dict(in_channels=[96, 192, 384])  # of the stages, the finest first
auxiliary = dict(in_channels=384, channels=384)
model = dict(
    data_preprocessor=dict(_delete_=True, type='MultiTaskDataPreprocessor'),
    backbone=dict(_delete_=True, type='HFBackbone', model='microsoft/swin-tiny-patch4-window7-224'),
    neck=dict(in_channels=[96, 192, 384, 768], channels=384),
    decode_head=dict(seg=head, depth=head),
    auxiliary_head=dict(seg=auxiliary, depth=auxiliary),
)
