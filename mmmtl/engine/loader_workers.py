"""The end of the workers of data loaders."""

import gc

from torch.utils.data.dataloader import _MultiProcessingDataLoaderIter


def end_loader_workers() -> None:
    """Ends the workers that data loaders of this process have, which are of no use afterwards.

    A loader that keeps its workers ends them when it goes. Where it goes as part of a circle of
    references, as a Runner is one, Python has by then closed the queues by which workers are told,
    and torch waits five seconds for each of them.
    """
    for found in gc.get_objects():
        if type(found) is _MultiProcessingDataLoaderIter:
            found._shutdown_workers()
