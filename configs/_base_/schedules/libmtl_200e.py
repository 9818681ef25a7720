# LibMTL's settings for NYUv2: as MTAN's, with weight decay.
_base_ = ['./mtan_200e.py']
optim_wrapper = dict(optimizer=dict(weight_decay=1e-5))
