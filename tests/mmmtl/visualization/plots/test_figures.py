import pytest
from matplotlib.figure import Figure
from PIL import Image

from mmmtl.visualization.plots.figures import figure_format, save_figure


@pytest.mark.parametrize(
    ('path', 'expected'), [('a.png', 'png'), ('b/c.SVG', 'svg'), ('x.y.pdf', 'pdf')]
)
def test_the_suffix_says_the_format(path, expected):
    assert figure_format(path) == expected


@pytest.mark.parametrize('path', ['a.jpg', 'png', 'a.', 'a.png/b'])
def test_other_suffixes_are_named(path, tmp_path):
    with pytest.raises(ValueError, match=f'out_file: expected a suffix among .* found {path}.$'):
        figure_format(path)
    with pytest.raises(ValueError, match='out_file'):
        save_figure(Figure(), tmp_path / path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ('name', 'start'), [('a.png', b'\x89PNG'), ('a.svg', b'<?xml'), ('a.pdf', b'%PDF')]
)
def test_a_figure_is_written_whole(tmp_path, name, start):
    path = tmp_path / 'new' / name
    save_figure(Figure(figsize=(2, 1), dpi=100), path)
    assert path.read_bytes().startswith(start)
    assert [file.name for file in path.parent.iterdir()] == [name]


def test_pixels_are_the_figure_s_inches_times_its_resolution(tmp_path):
    save_figure(Figure(figsize=(2, 1), dpi=100, facecolor='#0072b2'), tmp_path / 'a.png')
    with Image.open(tmp_path / 'a.png') as picture:
        assert picture.size == (200, 100)
        assert picture.convert('RGB').getpixel((50, 50)) == (0, 114, 178)


def test_a_figure_that_cannot_be_drawn_leaves_the_old_file(tmp_path):
    path = tmp_path / 'a.png'
    path.write_text('old')
    figure = Figure()
    figure.text(0, 0, '$ \\nonsense $')
    with pytest.raises(ValueError, match='nonsense'):
        save_figure(figure, path)
    assert path.read_text() == 'old'
    assert [file.name for file in tmp_path.iterdir()] == ['a.png']
