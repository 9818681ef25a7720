# One SegNet for surface normals alone.
_base_ = ['./split_segnet.py']
model = dict(
    decode_head=dict(
        _delete_=True,
        normal=dict(type='NormalHead', in_channels=64, channels=64),
    )
)
