# Fair shares of the improvement (FairGrad); alpha = 1 is Nash-MTL's solution.
loss_weighting = dict(
    type='GradientWeighting', method='FairGrad', wrt='parameters', method_args=dict(alpha=1.0)
)
