# What makes training on a GPU fast. It fits any experiment and any optimizer:
#     _base_ = ['./mtan_segnet_cityscapes7.py', './_base_/runtime_fast.py']
# `mmmtl train` reads it; each switch can be taken back, --cfg-options fast.compile=False
# docs/speed.md says what each does.
fast = dict(
    amp='bfloat16',  # forward in mixed precision, without a scaler; no GPU: the CPU's bfloat16
    channels_last=True,  # the layout of memory that convolutions in half precision work on
    compile=dict(),  # torch.compile of the network alone; mode='reduce-overhead': CUDA graphs
    fused=True,  # Adam, AdamW and SGD update all parameters at once
    pin_memory=True,  # batches lie where a GPU fetches them by itself
)
