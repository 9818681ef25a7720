from mmmtl.datasets.caching.cache_place import cache_folder
from mmmtl.datasets.caching.sample_cache import SampleCache, loading_transforms

__all__ = ['SampleCache', 'cache_folder', 'loading_transforms']
