"""Images with labels of up to four tasks, some of one alone, and a hook that ends a run early."""

import os
import signal

import torch
from mmengine.dataset import BaseDataset
from mmengine.hooks import Hook
from mmengine.structures import PixelData
from mmseg.registry import DATASETS, HOOKS
from mmseg.structures import SegDataSample

SIZE = (8, 16)
CLASSES = ('a', 'b', 'c')


@DATASETS.register_module()
class TwoTaskDataset(BaseDataset):
    """Random images and labels, the same at every call; each pixel of a label is valid."""

    def __init__(self, length=6, tasks=('seg', 'depth'), first=0, empty=(), broken=None):
        self.length, self.tasks, self.first = length, tasks, first
        self.empty, self.broken = empty, broken
        metainfo = dict(classes=CLASSES, palette=[[0, 0, 0]] * len(CLASSES))
        super().__init__(metainfo=metainfo, serialize_data=False)

    def load_data_list(self):
        return [dict(index=index) for index in range(self.length)]

    def prepare_data(self, idx):
        index = self.get_data_info(idx)['index']
        generator = torch.Generator().manual_seed(self.first + index)
        image = torch.randint(0, 256, (3, *SIZE), dtype=torch.uint8, generator=generator)
        depth = torch.rand((1, *SIZE), generator=generator) + 0.1
        if index == self.broken:
            depth = depth * float('nan')
        labels = dict(
            seg=('gt_sem_seg', torch.randint(0, 3, (1, *SIZE), generator=generator), 255),
            depth=('gt_depth_map', depth, 0),
        )
        if 'parts' in self.tasks or 'edge' in self.tasks:
            parts = torch.randint(0, 4, (1, *SIZE), generator=generator)
            edge = torch.randint(0, 2, (1, *SIZE), generator=generator).float()
            labels |= dict(parts=('gt_parts', parts, 255), edge=('gt_edge', edge, 255))
        sample = SegDataSample(
            metainfo=dict(img_path=f'{index}.png', ori_shape=SIZE, img_shape=SIZE)
        )
        for task in self.tasks:
            field, label, invalid = labels[task]
            if task in self.empty:
                label = torch.full_like(label, invalid)
            sample.set_data({field: PixelData(data=label)})
        return dict(inputs=image, data_samples=sample)


@HOOKS.register_module()
class KillHook(Hook):
    """Kills the process in the middle of an epoch, as a scheduler or the kernel would."""

    priority = 'LOWEST'

    def __init__(self, iteration=None):
        self.iteration = iteration

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.iter == self.iteration:
            os.kill(os.getpid(), signal.SIGKILL)
