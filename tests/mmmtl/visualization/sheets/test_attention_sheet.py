import numpy as np
import pytest
import torch

from mmmtl.visualization import draw_mask_sheet, paint_mask
from mmmtl.visualization.sheets import attention_sheet as module

IMAGE = np.full((4, 8, 3), (10, 200, 30), np.uint8)
PANEL = 160


def ramp(low, high):
    return torch.linspace(low, high, 32).view(4, 8)


@pytest.fixture
def drawn(monkeypatch):
    """Texts and panels of canvases, in their order."""
    texts, panels = [], []
    write, paste = module.Canvas.write, module.Canvas.paste

    def remember_text(self, text, *args, **kwargs):
        texts.append(text)
        write(self, text, *args, **kwargs)

    def remember_panel(self, image, x, y):
        if image.shape[:2] == (PANEL // 2, PANEL):
            panels.append(image)
        paste(self, image, x, y)

    monkeypatch.setattr(module.Canvas, 'write', remember_text)
    monkeypatch.setattr(module.Canvas, 'paste', remember_panel)
    return texts, panels


def captions(texts):
    """What stands below the panels, its two ends joined."""
    starts = [index for index, text in enumerate(texts) if text.startswith('channel')]
    return [f'{texts[index]}: {texts[index + 1]}' for index in starts]


def masks():
    """Channel 1 varies most in block a, channel 0 in block b."""
    a = torch.stack([ramp(0.5, 0.51), ramp(0.1, 0.9), ramp(0.2, 0.4)])
    b = torch.stack([ramp(0.0, 1.0), ramp(0.3, 0.4)])
    return dict(seg=dict(a=a, b=b), depth=dict(a=a.flip(-1)))


def test_the_channels_that_vary_most_of_all_tasks_side_by_side(drawn, tmp_path):
    texts, panels = drawn
    draw_mask_sheet(IMAGE, masks(), tmp_path / 'masks.png', num_channels=2, panel_width=PANEL)
    assert captions(texts) == [
        'channel 1: 0.10 – 0.90',
        'channel 2: 0.20 – 0.40',
        'channel 1: 0.10 – 0.90',  # depth
        'channel 2: 0.20 – 0.40',
        'channel 0: 0.00 – 1.00',  # block b, which depth does not have
        'channel 1: 0.30 – 0.40',
    ]
    assert [text for text in texts if text in ('seg', 'depth', 'a', 'b')] == [
        'seg',
        'depth',
        'a',
        'b',
    ]
    image, *painted = panels
    assert (image == IMAGE[0, 0]).all()
    size = (PANEL // 2, PANEL)
    assert np.array_equal(painted[0], paint_mask(ramp(0, 1), size))  # each to its own range
    assert np.array_equal(painted[0], painted[1])
    assert np.array_equal(painted[2], paint_mask(ramp(0, 1).flip(-1), size))
    assert (tmp_path / 'masks.png').stat().st_size > 1000


def test_chosen_channels(drawn):
    texts, _ = drawn
    draw_mask_sheet(IMAGE, masks(), channels=[2, 7], panel_width=PANEL)
    assert captions(texts) == ['channel 2: 0.20 – 0.40'] * 2  # block b has no channel 2


@pytest.mark.parametrize(
    ('given', 'channels', 'message'),
    [
        ({}, None, 'expected attention masks, found none'),
        (masks(), [9], r'found none with the channels \[9\]'),
    ],
)
def test_nothing_to_draw(given, channels, message):
    with pytest.raises(ValueError, match=message):
        draw_mask_sheet(IMAGE, given, channels=channels)
