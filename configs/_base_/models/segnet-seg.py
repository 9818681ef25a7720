# One SegNet for segmentation alone.
_base_ = ['./split_segnet.py']
model = dict(decode_head=dict(_delete_=True, seg={{_base_.model.decode_head.seg}}))
