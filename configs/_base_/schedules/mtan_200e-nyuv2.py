# As for CityScapes, with the papers' batch of 2.
_base_ = ['./mtan_200e.py']
auto_scale_lr = dict(base_batch_size=2)
