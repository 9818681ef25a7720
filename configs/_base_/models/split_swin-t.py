# Hard parameter sharing on Swin-T: the head of each task reads all stages.
_base_ = ['./task_heads.py']
head = dict(in_channels=[96, 192, 384, 768], in_index=[0, 1, 2, 3], input_transform='resize_concat')
model = dict(
    data_preprocessor=dict(_delete_=True, type='MultiTaskDataPreprocessor'),
    backbone=dict(type='HFBackbone', model='microsoft/swin-tiny-patch4-window7-224'),
    decode_head=dict(seg=head, depth=head),
)
