# Hard parameter sharing on the Visual Decathlon: MTAN's wide ResNet without attention, ten heads.
_base_ = ['./mtan_wrn28-4_decathlon.py']
model = dict(neck=None)
