import argparse

import pytest

from mmmtl.apis.arguments import parse_size


def test_a_size_is_height_and_width():
    assert parse_size('128x256') == (128, 256)


@pytest.mark.parametrize('text', ['128', '128x', '0x4', '-1x4', '1.5x4', '1x2x3', 'axb', '1e2x4'])
def test_other_texts_are_named(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"expected HEIGHTxWIDTH.*found '{text}'"):
        parse_size(text)
