"""The example of docs/loading.md runs as it stands, and its config can be used."""

import pytest

from mmmtl.apis.launch import load_config
from tests.utils.doc_pages import run_python, write_configs

PAGE = 'loading.md'


@pytest.mark.e2e
def test_a_script(tmp_path):
    *_, printed, _ = run_python(PAGE, tmp_path)
    samples, size = [line for line in printed if 'INFO' not in line]
    assert samples == '[0.5, 2.5, 0.5]'
    assert int(size) == 3 * 32 * 64 * 7


def test_the_config(tmp_path):
    (path,) = write_configs(PAGE, tmp_path)
    loader = load_config(path).train_dataloader
    assert loader.collate_fn == dict(type='shared_collate')
    assert loader.dataset.type == 'NYUv2MultiTaskDataset'
