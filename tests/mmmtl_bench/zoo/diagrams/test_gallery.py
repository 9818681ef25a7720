"""The pictures of the documentation are those of the networks."""

import re

import matplotlib
import pytest

from mmmtl.shipped_files import list_configs
from mmmtl_bench.zoo.diagrams.gallery import (
    OVERVIEW,
    PICTURES,
    draw_overview,
    draw_picture,
    write_figure,
)
from tests.utils.paths import DOCS

FOLDER = DOCS / 'images' / 'models'


def texts_of(svg):
    return re.findall(r'<text [^>]*>([^<]*)</text>', svg)


@pytest.mark.parametrize('name', [*PICTURES, OVERVIEW])
def test_the_file_is_what_is_drawn(tmp_path, name):
    write_figure(draw_overview() if name == OVERVIEW else draw_picture(name), tmp_path / 'new.svg')
    new = (tmp_path / 'new.svg').read_text(encoding='utf-8')
    old = (FOLDER / f'{name}.svg').read_text(encoding='utf-8')
    assert texts_of(new) == texts_of(old) != []
    if f'Matplotlib v{matplotlib.__version__},' in old:  # others round differently
        assert new == old


def test_files_are_small_and_none_is_left_over():
    files = {path.stem: path for path in FOLDER.iterdir()}
    assert set(files) == {*PICTURES, OVERVIEW}
    assert max(path.stat().st_size for path in files.values()) < 150_000


def test_pictures_are_of_configs_that_exist():
    assert {f'{picture.config}.py' for picture in PICTURES.values()} <= set(list_configs())
