"""Texts of the page."""

import numpy as np
import pytest

pytest.importorskip('gradio', reason='the extra `demo` is not installed')


def test_texts_of_errors_are_no_markup():
    from page_parts import error_html

    told = error_html(ValueError('/tmp/x/<b>.png: broken'), '/tmp/x/<b>.png')
    assert '>&lt;b&gt;.png: broken<' in told


def test_the_status_has_name_size_and_time():
    from page_parts import status_html

    told = status_html('/tmp/x/<b>.png', np.zeros((20, 30, 3)), 1.234)
    assert '>&lt;b&gt;.png: 30 x 20 pixels, predicted in 1.23 s<' in told


def test_names_of_classes_are_no_markup():
    from page_parts import pixel_html

    told = pixel_html(3, 4, [('seg', '<i>'), ('depth', '2 m')])
    assert 'pixel 3, 4: ' in told
    assert '<b>seg</b> &lt;i&gt;' in told
