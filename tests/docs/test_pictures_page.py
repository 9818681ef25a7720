"""The commands of docs/pictures.md draw their pictures, with narrow networks and tiny data."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.utils.doc_pages import read_blocks, run_command, split_commands
from tests.utils.random_data import write_cityscapes, write_nyuv2
from tests.utils.small_model import write_random_checkpoint

BLOCKS = read_blocks('pictures.md', without='Learning curves')  # test_learning_curves.py
WIDTHS = (8, 8, 8, 8, 8)
MODELS = {
    'segnet_cityscapes7-seg': ('seg.pth', ['seg'], False),
    'segnet_cityscapes7-depth': ('depth.pth', ['depth'], False),
    'mtan_segnet_cityscapes7': ('mtan.pth', ['seg', 'depth'], True),
}


@pytest.fixture(scope='module')
def place(tmp_path_factory, repository):
    """A folder in which the commands have been run, with the files that they name."""
    root = tmp_path_factory.mktemp('place')
    (root / 'configs').mkdir()
    cityscapes = write_cityscapes(root / 'streets', dict(train=1, val=3), size=(128, 256))
    for name, (checkpoint, tasks, has_neck) in MODELS.items():
        head = dict(in_channels=8, channels=8)
        model = dict(backbone=dict(widths=WIDTHS), decode_head={task: dict(head) for task in tasks})
        if has_neck:
            model['neck'] = dict(widths=WIDTHS)
        config = root / 'configs' / f'{name}.py'
        config.write_text(
            f"_base_ = ['{repository}/configs/{name}.py']\nmodel = {model}\n"
            f'test_dataloader = dict(num_workers=0, persistent_workers=False,'
            f" dataset=dict(data_root='{cityscapes}'))\n"
        )
        write_random_checkpoint(config, root / checkpoint, metainfo={})
    (root / 'epoch_200.pth').symlink_to(root / 'mtan.pth')
    rooms = write_nyuv2(root / 'rooms', dict(train=4), size=(288, 384))
    (root / 'configs' / 'mtan_segnet_nyuv2_aug.py').write_text(
        f"_base_ = ['{repository}/configs/mtan_segnet_nyuv2_aug.py']\n"
        f"train_dataloader = dict(dataset=dict(data_root='{rooms}'))\n"
    )
    cv2.imwrite(str(root / 'street.png'), np.random.default_rng(0).integers(0, 256, (128, 256, 3)))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for language, block in BLOCKS:
            assert language == 'bash'
            for command in split_commands(block):
                run_command(command)
    return root


def test_every_picture_is_drawn(place):
    assert len(list((place / 'samples').glob('*.png'))) == 4
    for name in ('attention/street.png', 'cam.png', 'comparison.png'):
        assert Image.open(place / name).width > 1000
    assert Image.open(place / 'confusion' / 'confusion_matrix.png').width > 300
    assert (place / 'gain.pdf').read_bytes().startswith(b'%PDF')


def test_the_commands_name_their_files():
    text = ''.join(block for _, block in BLOCKS)
    assert [Path(name).name for name, *_ in MODELS.values() if name not in text] == []
