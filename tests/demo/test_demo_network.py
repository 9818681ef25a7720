"""What the page does with files that are no image."""

import pytest

pytest.importorskip('gradio', reason='the extra `demo` is not installed')

from demo_network import Demo

from mmmtl.apis import MultiTaskInferencer
from tests.utils.clips import write_clip
from tests.utils.small_model import write_small_model


def test_a_video_or_a_folder_is_named_and_nothing_is_shown(tmp_path):
    model = write_small_model(tmp_path)
    demo = Demo(MultiTaskInferencer(*model, device='cpu', show_progress=False))
    for path in (write_clip(tmp_path / 'clip.avi'), tmp_path):
        *pictures, status, pixel, _, shown = demo.predict(str(path))
        assert f'{path.name}: expected an image, found a video or a folder' in status
        assert str(tmp_path.parent) not in status
        assert not any([*pictures, pixel, shown])
