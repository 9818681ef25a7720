# One SegNet for depth alone.
_base_ = ['./split_segnet.py']
model = dict(decode_head=dict(_delete_=True, depth={{_base_.model.decode_head.depth}}))
