from mmmtl.engine.optim_wrappers.cpu_amp_optim_wrapper import CpuAmpOptimWrapper
from mmmtl.engine.optim_wrappers.layer_decay_constructor import LayerDecayOptimWrapperConstructor

__all__ = ['CpuAmpOptimWrapper', 'LayerDecayOptimWrapperConstructor']
