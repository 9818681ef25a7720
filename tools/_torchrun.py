"""torchrun, which says in a line instead of a traceback which of its processes failed."""

import sys

from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.run import main


def run() -> int:
    """Runs the processes.

    Returns:
        The exit code: that of the process that failed first; 1 if a signal ended it, or all.
    """
    try:
        main()
    except ChildFailedError as error:
        process, failure = error.get_first_failure()
        killed = failure.exitcode < 0
        how = f'killed by {failure.signal_name()}' if killed else f'exit code {failure.exitcode}'
        sys.stderr.write(f'process {process} (pid {failure.pid}) ended first: {how}\n')
        return 1 if killed else failure.exitcode
    except SignalException as error:
        sys.stderr.write(f'{error.sigval.name} ended the processes\n')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(run())
