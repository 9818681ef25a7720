"""A data set, a model and a hook that are small enough to train in a second.

The data set augments with every random generator there is, the model drops out, and each training
step appends what it saw to a file, so that a test can tell what was random and when.
"""

import json
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import torch
from mmcv.cnn import build_norm_layer
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.logging import MessageHub
from mmengine.model import BaseModel
from mmengine.structures import PixelData
from mmseg.registry import DATASETS, HOOKS, MODELS
from mmseg.structures import SegDataSample
from mmseg.utils import register_all_modules
from torch import nn
from torch.utils.data import Dataset

from mmmtl.engine.hooks import PreemptionHook

register_all_modules(init_default_scope=False)

SIZE = 8
CLASSES = ('left', 'right')


@DATASETS.register_module()
class ToyDataset(Dataset):
    def __init__(self, length=8, augment=True):
        self.length = length
        self.augment = augment
        self.metainfo = dict(classes=CLASSES, palette=[[0, 0, 0], [255, 255, 255]])

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        image = torch.full((3, SIZE, SIZE), float(10 * index))
        if self.augment:
            image += random.random() + np.random.rand() + torch.rand(())
        label = torch.zeros(1, SIZE, SIZE, dtype=torch.int64)
        label[..., SIZE // 2 :] = 1
        sample = SegDataSample(gt_sem_seg=PixelData(data=label))
        sample.set_metainfo(dict(img_path=f'image_{index}.png', ori_shape=(SIZE, SIZE)))
        return dict(inputs=image, data_samples=sample)


@MODELS.register_module()
class ToySegmentor(BaseModel):
    def __init__(self, norm_cfg, trace=None, fail=None, data_preprocessor=None):
        super().__init__(data_preprocessor)
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = build_norm_layer(norm_cfg, 4)[1]
        self.dropout = nn.Dropout(0.5)
        self.last = nn.Conv2d(4, len(CLASSES), 3, padding=1)
        self.trace = trace
        self.fail = fail

    def forward(self, inputs, data_samples=None, mode='tensor'):
        images = torch.stack(list(inputs)) / 100
        features = self.norm(self.first(images))
        logits = self.last(self.dropout(features.relu()))
        if mode == 'loss':
            if self.fail is not None:
                raise ValueError(self.fail)
            self._write(images, logits)
            labels = torch.stack([s.gt_sem_seg.data[0] for s in data_samples])
            return dict(loss=nn.functional.cross_entropy(logits.float(), labels))
        if mode == 'predict':
            for sample, prediction in zip(
                data_samples, logits.argmax(1, keepdim=True), strict=True
            ):
                sample.pred_sem_seg = PixelData(data=prediction)
            return data_samples
        return logits

    def _write(self, images, logits):
        if self.trace is None:
            return
        seen = dict(
            iter=MessageHub.get_current_instance().get_info('iter'),
            images=images[:, 0, 0, 0].tolist(),
            dtype=str(logits.dtype),
        )
        with open(f'{self.trace}.{get_rank()}', 'a') as file:
            file.write(json.dumps(seen) + '\n')


@HOOKS.register_module()
class ToyKillHook(Hook):
    """Kills the process in the middle of an epoch, as a scheduler or the kernel would."""

    def __init__(self, epoch=None):
        self.epoch = epoch

    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.epoch == self.epoch and batch_idx == 1:
            os.kill(os.getpid(), signal.SIGKILL)


@HOOKS.register_module()
class ToyWaitHook(Hook):
    """Holds each process at some steps until a signal has come to it; a file says that it waits."""

    def __init__(self, iterations):
        self.iterations = iterations

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter in self.iterations:
            (watch,) = [h._watch for h in runner.hooks if isinstance(h, PreemptionHook)]
            Path(runner.work_dir, f'waits_{runner.iter}.{runner.rank}').touch()
            end = time.monotonic() + 120
            while watch.caught is None and time.monotonic() < end:
                time.sleep(0.02)


@HOOKS.register_module()
class ToyStateHook(Hook):
    """Writes what each process ends with."""

    def after_train(self, runner):
        module = getattr(runner.model, 'module', runner.model)
        torch.save(module.state_dict(), Path(runner.work_dir, f'rank_{runner.rank}.state'))
