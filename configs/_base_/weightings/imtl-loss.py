# Learned scales that bring the losses to one size (IMTL-L).
loss_weighting = dict(type='IMTLLossWeighting')
