# Hard sharing on HRNet-18, the heads of MTI-Net on all scales: NYUD-MT.
_base_ = ['./mtinet_hr18_nyud.py']
model = dict(neck=None, auxiliary_head=None)
