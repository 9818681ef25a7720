from __future__ import annotations

from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmseg.registry import HOOKS

from mmmtl.files import remove_unfinished

_PATHS = ('best_ckpt', 'last_ckpt')


@HOOKS.register_module()
class WorkDirHook(Hook):
    """Keeps a training to its own folder.

    - What killed processes left of files that they were writing is removed when a training starts.
    - A training that goes on in a copied folder takes the best checkpoint there for its best one,
      and not the file in the folder that was copied, which it would remove once it has a better
      one.
    """

    priority = 'VERY_HIGH'  # before CheckpointHook asks for its best checkpoint

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Makes paths in the checkpoint those of the folder's own files.

        Args:
            runner: The runner.
            checkpoint: The checkpoint; its ``message_hub`` is changed in place.
        """
        info = (checkpoint.get('message_hub') or {}).get('runtime_info') or {}
        for key, value in info.items():
            if key.startswith(_PATHS) and isinstance(value, str):
                own = Path(runner.work_dir, Path(value).name)
                if own.is_file():
                    info[key] = str(own)

    def before_train(self, runner: Runner) -> None:
        """Removes leftovers.

        Args:
            runner: The runner of the training.
        """
        if is_main_process():
            remove_unfinished(runner.work_dir)
