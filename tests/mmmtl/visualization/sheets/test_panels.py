import itertools

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image

from mmmtl.visualization import PanelRow, draw_panels
from mmmtl.visualization.sheets.colors import HATCH_COLORS, INVALID_COLOR

METAINFO = dict(
    classes=('road', 'car', 'tree'),
    palette=[(200, 0, 0), (0, 200, 0), (0, 0, 200)],
    depth_unit='mtan',
)
HEIGHT, WIDTH = 32, 64
PANEL = 64  # panels of the maps' own size, so that every pixel can be found again


def make_row(**changes):
    """Maps of two halves, left and right, and one invalid corner."""
    image = np.full((HEIGHT, WIDTH, 3), (10, 20, 30), dtype=np.uint8)
    seg = torch.zeros(1, HEIGHT, WIDTH, dtype=torch.int64)
    seg[..., WIDTH // 2 :] = 1
    depth = torch.full((1, HEIGHT, WIDTH), 0.1)
    depth[..., WIDTH // 2 :] = 0.3
    normal = torch.zeros(3, HEIGHT, WIDTH)
    normal[1, :, : WIDTH // 2] = -1
    normal[2, :, WIDTH // 2 :] = -1
    predictions = dict(seg=2 - seg, depth=0.4 - depth, normal=normal.flip(-1))
    labels = dict(seg=seg.clone(), depth=depth.clone(), normal=normal.clone())
    labels['seg'][..., :16, :16] = 255
    labels['depth'][..., :16, :16] = 0
    labels['normal'][..., :16, :16] = 0
    return PanelRow(**{**dict(image=image, labels=labels, predictions=predictions), **changes})


def find(picture, panel):
    """Upper left corner of a panel in a picture."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, panel.shape)[..., 0, :, :, :]
    found = np.argwhere((windows[:, :, :4, :4] == panel[:4, :4]).all(axis=(2, 3, 4)))
    return [tuple(at) for at in found.tolist() if (windows[tuple(at)] == panel).all()]


def halves(left, right, corner=None):
    panel = np.empty((HEIGHT, PANEL, 3), dtype=np.uint8)
    panel[:, : PANEL // 2] = left
    panel[:, PANEL // 2 :] = right
    if corner is not None:
        panel[:16, :16] = corner
    return panel


def test_image_label_and_prediction_of_every_task_stand_side_by_side():
    picture = draw_panels([make_row()], METAINFO, panel_width=PANEL)

    rows, columns = np.indices((16, 16))
    stripes = np.where(
        ((rows + columns) % 12 < 6)[..., None], HATCH_COLORS[1], HATCH_COLORS[0]
    ).astype(np.uint8)
    low, high = matplotlib.colormaps['magma']([0.0, 1.0], bytes=True)[:, :3]
    floor, wall = (128, 255, 128), (128, 128, 255)
    expected = [
        halves((10, 20, 30), (10, 20, 30)),
        halves((200, 0, 0), (0, 200, 0), corner=stripes),
        halves((0, 0, 200), (0, 200, 0)),
        halves(low, high, corner=INVALID_COLOR),
        halves(high, low),
        halves(floor, wall, corner=INVALID_COLOR),
        halves(wall, floor),
    ]
    corners = [find(picture, panel) for panel in expected]

    assert [len(found) for found in corners] == [1] * 7
    tops = {found[0][0] for found in corners}
    lefts = [found[0][1] for found in corners]
    assert len(tops) == 1
    assert lefts == sorted(lefts)
    assert all(right - left >= PANEL for left, right in itertools.pairwise(lefts))


def test_rows_stand_below_each_other():
    first, second = make_row(), make_row(image=np.full((HEIGHT, WIDTH, 3), 99, dtype=np.uint8))
    picture = draw_panels([first, second], METAINFO, panel_width=PANEL)

    (above,) = find(picture, np.full((HEIGHT, PANEL, 3), (10, 20, 30), dtype=np.uint8))
    (below,) = find(picture, np.full((HEIGHT, PANEL, 3), 99, dtype=np.uint8))
    assert above[1] == below[1]
    assert below[0] >= above[0] + HEIGHT


def test_label_and_prediction_share_the_range_of_the_labels():
    row = make_row()
    row.predictions['depth'].mul_(100)  # predictions far off do not change the range
    picture = draw_panels([row], METAINFO, panel_width=PANEL)

    low, high = matplotlib.colormaps['magma']([0.0, 1.0], bytes=True)[:, :3]
    assert len(find(picture, halves(low, high, corner=INVALID_COLOR))) == 1
    assert len(find(picture, halves(high, high))) == 1


def test_near_is_bright_in_metres_too():
    picture = draw_panels([make_row()], dict(METAINFO, depth_unit='depth'), panel_width=PANEL)

    far, near = matplotlib.colormaps['magma']([0.0, 1.0], bytes=True)[:, :3]
    assert len(find(picture, halves(near, far, corner=INVALID_COLOR))) == 1


def test_predictions_alone_need_no_label_column():
    row = make_row(labels={})
    picture = draw_panels([row], METAINFO, panel_width=PANEL)
    both = draw_panels([make_row()], METAINFO, panel_width=PANEL)

    low, high = matplotlib.colormaps['magma']([0.0, 1.0], bytes=True)[:, :3]
    assert len(find(picture, halves(high, low))) == 1  # the range is that of the predictions
    assert both.shape[1] - picture.shape[1] >= 3 * PANEL


def test_image_alone():
    row = make_row(labels={}, predictions={})
    picture = draw_panels([row], panel_width=PANEL)

    assert len(find(picture, halves((10, 20, 30), (10, 20, 30)))) == 1
    assert picture.shape[0] < HEIGHT + 10
    assert picture.shape[1] < PANEL + 10


def test_cell_without_a_map_is_blank():
    lacking = make_row(labels={}, predictions={})
    picture = draw_panels([make_row(), lacking], METAINFO, panel_width=PANEL)

    blank = np.full((HEIGHT, PANEL, 3), 244, dtype=np.uint8)
    assert len(find(picture, blank)) == 6


def test_keys_have_the_colours_of_few_classes_and_of_no_label():
    picture = draw_panels(
        [make_row(predictions={})], dict(METAINFO, palette=[(1, 2, 3), (4, 5, 6), (7, 8, 9)])
    )
    panel_top, panel_bottom = vertical_extent(picture, (10, 20, 30))
    below = picture[panel_bottom + 1 :]

    for color in [(1, 2, 3), (4, 5, 6), (7, 8, 9), *HATCH_COLORS, INVALID_COLOR]:
        assert (below == color).all(axis=-1).any()


def test_legend_of_many_classes_has_only_those_of_the_picture():
    classes = [f'class {i}' for i in range(30)]
    palette = [(i + 100, 0, 50) for i in range(30)]
    picture = draw_panels(
        [make_row(labels={}, predictions=dict(seg=make_row().predictions['seg']))],
        dict(classes=classes, palette=palette),
    )

    def shown(index):
        return bool((picture == palette[index]).all(axis=-1).any())

    assert [index for index in range(30) if shown(index)] == [1, 2]


def vertical_extent(picture, color):
    rows = np.flatnonzero((picture == color).all(axis=-1).any(axis=1))
    return rows[0], rows[-1]


def test_small_images_are_enlarged_by_a_whole_number():
    row = make_row(labels={}, predictions={})
    row.image[0, 0] = (255, 0, 0)
    picture = draw_panels([row])

    assert (picture == (255, 0, 0)).all(axis=-1).sum() == (512 // WIDTH) ** 2


def test_large_maps_keep_their_exact_colours():
    seg = torch.randint(0, 3, (1, 600, 1200))
    image = np.zeros((600, 1200, 3), dtype=np.uint8)
    picture = draw_panels([PanelRow(image, predictions=dict(seg=seg))], METAINFO)

    top, bottom = vertical_extent(picture, (0, 0, 0))
    assert bottom - top + 1 == 256
    right_half = picture[top : bottom + 1, -513:-100].reshape(-1, 3)
    assert {tuple(int(v) for v in p) for p in right_half} <= set(METAINFO['palette']) | {
        (255, 255, 255)
    }


def test_image_of_another_shape_is_stretched_to_the_maps():
    row = make_row(image=np.full((HEIGHT // 2, WIDTH // 2, 3), (10, 20, 30), dtype=np.uint8))
    picture = draw_panels([row], METAINFO, panel_width=PANEL)

    assert len(find(picture, halves((10, 20, 30), (10, 20, 30)))) == 1


def test_metainfo_is_not_needed():
    assert draw_panels([make_row()]).ndim == 3


def test_constant_and_empty_depth_can_be_drawn():
    constant = make_row(labels={}, predictions=dict(depth=torch.full((1, HEIGHT, WIDTH), 2.0)))
    empty = make_row(labels=dict(depth=torch.zeros(1, HEIGHT, WIDTH)), predictions={})

    for row in (constant, empty):
        assert draw_panels([row], METAINFO, panel_width=PANEL).shape[1] > 2 * PANEL


def test_picture_is_written_as_it_is_returned(tmp_path):
    path = tmp_path / 'new' / 'sheet.png'
    picture = draw_panels([make_row()], METAINFO, out_file=path, panel_width=PANEL)

    np.testing.assert_array_equal(np.asarray(Image.open(path)), picture)
    assert [file.name for file in path.parent.iterdir()] == ['sheet.png']


def test_global_state_of_matplotlib_is_left_alone():
    pyplot = pytest.importorskip('matplotlib.pyplot')
    before = dict(matplotlib.rcParams)
    draw_panels([make_row()], METAINFO, panel_width=PANEL)

    assert pyplot.get_fignums() == []
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    ('rows', 'message'),
    [
        ([], 'rows: .* found none'),
        ([PanelRow(np.zeros((4, 4, 3)))], 'image: .* found float64'),
        ([PanelRow(np.zeros((4, 4), dtype=np.uint8))], r'found uint8 of shape \(4, 4\)'),
    ],
)
def test_mistakes(rows, message):
    with pytest.raises(ValueError, match=message):
        draw_panels(rows)


def test_unknown_picture_format_is_an_error(tmp_path):
    with pytest.raises(ValueError, match='out_file: .* found .*sheet.xyz'):
        draw_panels([make_row()], METAINFO, out_file=tmp_path / 'sheet.xyz', panel_width=PANEL)


WEATHER = dict(weather=dict(type='ImageClassTask', classes=['sun', 'rain']))


@pytest.mark.parametrize('with_map', [True, False])
def test_the_class_of_the_image_is_written_on_it(with_map):
    sun, rain = torch.eye(2).view(2, 2, 1, 1)
    maps = dict(seg=make_row().labels['seg']) if with_map else {}
    row = make_row(labels=dict(weather=sun, **maps), predictions=dict(weather=0.8 * rain + 0.1))
    picture = draw_panels([row], METAINFO | dict(tasks=WEATHER), panel_width=PANEL)
    plain = draw_panels([make_row(labels={}, predictions={})], panel_width=PANEL)
    shown = (picture == row.image[0, 0]).all(axis=-1).sum()
    whole = (plain == row.image[0, 0]).all(axis=-1).sum()
    assert whole == HEIGHT * PANEL
    assert 2 * whole < shown < 3 * whole  # the image, and twice what the texts leave of it
    columns = (picture != 255).any(axis=(0, 2)).sum()
    assert columns >= (4 if with_map else 3) * PANEL
