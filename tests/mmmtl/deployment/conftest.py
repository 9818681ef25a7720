from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from mmmtl.apis import MultiTaskInferencer
from tests.utils.small_model import SmallModel, write_small_model


@pytest.fixture(autouse=True)
def quiet_exporters() -> Iterator[None]:
    """Spares pytest the log of torch's exporter, tens of megabytes at level DEBUG."""
    loggers = [logging.getLogger(name) for name in ('torch', 'torch.__trace', 'torch.onnx')]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture(scope='session')
def small_model(tmp_path_factory) -> SmallModel:
    return write_small_model(tmp_path_factory.mktemp('small_model'))


@pytest.fixture
def inferencer(small_model) -> MultiTaskInferencer:
    return MultiTaskInferencer(*small_model, device='cpu', show_progress=False)
