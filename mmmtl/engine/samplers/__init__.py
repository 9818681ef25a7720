from mmmtl.engine.samplers.seeded_batch import SeededBatch
from mmmtl.engine.samplers.seeded_batch_sampler import SeededBatchSampler, seed_batches

__all__ = ['SeededBatch', 'SeededBatchSampler', 'seed_batches']
