from mmmtl.engine.samplers.multi_set_batch_sampler import MultiSetBatchSampler
from mmmtl.engine.samplers.seeded_batch import SeededBatch
from mmmtl.engine.samplers.seeded_batch_sampler import SeededBatchSampler, seed_batches

__all__ = ['MultiSetBatchSampler', 'SeededBatch', 'SeededBatchSampler', 'seed_batches']
