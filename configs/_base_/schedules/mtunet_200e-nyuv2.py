# As for CityScapes, with the paper's batch of 2.
_base_ = ['./mtunet_200e.py']
auto_scale_lr = dict(base_batch_size=2)
