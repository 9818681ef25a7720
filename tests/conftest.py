from __future__ import annotations

import gc
import logging
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from mmengine.logging import MMLogger

import mmmtl  # noqa: F401  (registers the components)
from mmmtl.engine.loader_workers import end_loader_workers
from tests.utils.paths import REPOSITORY, SHARED_DATA
from tests.utils.random_data import write_cityscapes
from tests.utils.slurm_cluster import SlurmCluster, slurm_cluster

# Each data set collects garbage when it is built. What has been imported by now never is any.
gc.collect()
gc.freeze()


@pytest.fixture(scope='session')
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope='session')
def camvid_mini() -> Path:
    """Real photographs with semantic labels, where the machine has them."""
    folder = SHARED_DATA / 'camvid_mini'
    if not folder.is_dir():
        pytest.skip(f'no real photographs: {folder} is not there')
    return folder


@pytest.fixture(scope='session')
def slurm() -> Iterator[SlurmCluster]:
    """A Slurm of one node, where the machine can have one."""
    with slurm_cluster() as cluster:
        yield cluster


@pytest.fixture(scope='module', autouse=True)
def loaders_end_with_their_file() -> Iterator[None]:
    """Ends workers that tests left, before the collector of another file waits for each."""
    yield
    if multiprocessing.active_children():
        end_loader_workers()


@pytest.fixture
def cityscapes_root(tmp_path: Path) -> Path:
    """A tiny set in the official layout that a test may damage."""
    return write_cityscapes(tmp_path / 'cityscapes', dict(train=4, val=3))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Takes closed log files from the loggers of earlier tests.

    Libraries that configure logging when they are imported (submitit, what gradio needs) close
    every log file that is open by then, and mmengine would write to it.
    """
    for logger in MMLogger._instance_dict.values():
        for handler in [*logger.handlers]:
            if isinstance(handler, logging.FileHandler) and handler.stream is None:
                logger.removeHandler(handler)
