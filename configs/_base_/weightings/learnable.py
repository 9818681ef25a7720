# Learned weights, scaled by the change of the losses' variances (MT-UNet, equation 5).
loss_weighting = dict(type='LearnableWeighting', lr=1e-3, window=5)
