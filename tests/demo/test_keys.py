import numpy as np
from keys import key_html

from mmmtl.visualization.sheets.painters import ColorBar, Legend


def test_keys():
    bar = key_html(ColorBar('depth <m>', (0.5, 20), 'magma', Legend(())))
    assert 'depth &lt;m&gt;' in bar
    assert '<span>0.5</span>' in bar
    assert '<span>20</span>' in bar
    assert bar.index('#000004') < bar.index('#fcfdbf')  # the first and last colour of magma
    red = np.full((24, 24, 3), (255, 0, 0), np.uint8)
    legend = key_html(Legend((('wall & floor', red),)))
    assert '#ff0000' in legend
    assert 'wall &amp; floor' in legend


def test_a_hatched_swatch_has_its_mean_colour():
    swatch = np.zeros((2, 2, 3), np.uint8)
    swatch[0] = 100
    assert '#323232' in key_html(Legend((('no label', swatch),)))
