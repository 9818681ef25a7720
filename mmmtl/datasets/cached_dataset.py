from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmseg.datasets import BaseSegDataset

from mmmtl.datasets.caching import SampleCache, cache_folder, loading_transforms
from mmmtl.tasks import Task


class CachedDataset(BaseSegDataset):
    """A data set of image and label files that can keep its decoded samples.

    A subclass sets :attr:`cache` and :attr:`tasks`, and calls :meth:`check_cache` once its pipeline
    is built. The cache is opened with the list of samples (:meth:`full_init`).
    """

    cache: str | bool = False
    """Where samples are kept, see :class:`~mmmtl.datasets.MultiTaskDataset`."""

    tasks: Mapping[str, Task]
    """The tasks by name, with their readers."""

    _samples: SampleCache | None = None

    def check_cache(self) -> None:
        """Checks that the cache that is asked for can be made.

        Raises:
            FileNotFoundError: If there is no such folder.
            ValueError: If ``cache`` is of no known form, or the pipeline does not begin with what
                can be cached.
        """
        if cache_folder(self.cache) is not None and self.pipeline.transforms:
            loading_transforms(self.pipeline.transforms)

    def full_init(self) -> None:
        """Makes the list of samples, and opens their cache.

        Raises:
            OSError: If there is no room for the cache (ENOSPC).
            ValueError: If the cache cannot tell what the samples depend on.
        """
        super().full_init()
        folder = cache_folder(self.cache)
        if folder is not None and self._samples is None and self.pipeline.transforms:
            self._samples = SampleCache(
                folder,
                is_temporary=self.cache is True,
                title=type(self).__name__,
                infos=[self.get_data_info(index) for index in range(len(self))],
                tasks=self.tasks,
                transforms=self.pipeline.transforms,
            )

    def prepare_data(self, idx: int) -> Any:
        """Gives a sample after its pipeline.

        Args:
            idx: Index of the sample.

        Returns:
            What the last transform gives.
        """
        if self._samples is None:
            return super().prepare_data(idx)
        return self._samples(self.get_data_info(idx))
