import numpy as np
import pytest
from mmseg.registry import DATASETS
from PIL import Image

from mmmtl.datasets import MultiTaskDataset
from mmmtl.tasks import distinct_palette, tasks_in

COLORS = [(9, 9, 9), (200, 30, 40), (10, 120, 30), (0, 0, 220)]
GREYS = [(i, i, i) for i in range(4)]


def folder(root, palette, suffixes=('.png', '.JPG')):
    """Two images with masks of ids 0 to 3, which have a palette or none."""
    for name in ('images', 'masks'):
        (root / name).mkdir()
    ids = np.arange(4, dtype=np.uint8).reshape(2, 2)
    for number, suffix in enumerate(suffixes):
        image = Image.fromarray(np.full((2, 2, 3), number, np.uint8))
        image.save(root / 'images' / f'{number}{suffix}')
        mask = Image.fromarray(ids)
        if palette:
            mask.putpalette(np.array(palette, np.uint8).tobytes())
        mask.save(root / 'masks' / f'{number}.png')
    return dict(
        tasks=['seg'],
        data_root=str(root),
        data_prefix=dict(img_path='images', seg_map_path='masks'),
        img_suffix=['.jpg', '.png'],
        metainfo=dict(classes=tuple('abcd')),
    )


def palette_of(data):
    return tasks_in(data.metainfo)['seg'].palette


def test_colours_are_those_of_the_label_files(tmp_path):
    data = MultiTaskDataset(**folder(tmp_path, COLORS))

    assert len(data) == 2
    assert palette_of(data) == tuple(COLORS)


def test_colours_follow_the_table_of_ids(tmp_path):
    options = folder(tmp_path, COLORS) | dict(metainfo=dict(classes=('b', 'd')))
    reader = dict(type='IdMapReader', table={0: 255, 1: 0, 2: 255, 3: 1})
    data = DATASETS.build(dict(type='MultiTaskDataset', label_readers=dict(seg=reader), **options))

    assert palette_of(data) == (COLORS[1], COLORS[3])


def test_colours_of_a_reader_are_those_of_the_pictures(tmp_path):
    reader = dict(type='ColorReader', colors=COLORS)
    options = folder(tmp_path, None) | dict(label_readers=dict(seg=reader))

    assert palette_of(MultiTaskDataset(**options)) == tuple(COLORS)

    other = dict(type='ColorReader', colors=COLORS[:3])
    assert palette_of(MultiTaskDataset(**options | dict(label_readers=dict(seg=other)))) is None


@pytest.mark.parametrize(
    'palette', [None, GREYS, COLORS[:3], [COLORS[0], *COLORS[:3]]],
    ids=['none', 'greys', 'short', 'twice the same'],
)  # fmt: skip
def test_what_tells_no_classes_apart_is_left(tmp_path, palette):
    data = MultiTaskDataset(**folder(tmp_path, palette))

    assert palette_of(data) is None  # painters take well separated ones


def test_stated_colours_stay(tmp_path):
    options = folder(tmp_path, COLORS)
    options['metainfo']['palette'] = distinct_palette(4)

    assert palette_of(MultiTaskDataset(**options)) == tuple(distinct_palette(4))


def test_two_images_of_one_name_are_named(tmp_path):
    options = folder(tmp_path, None)
    (tmp_path / 'images' / '1.png').write_bytes((tmp_path / 'images' / '0.png').read_bytes())

    with pytest.raises(ValueError, match=r'expected one file for each name, found .*1\.'):
        MultiTaskDataset(**options)
