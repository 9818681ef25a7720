"""The demo's page, in a browser."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.utils.chromium import ARGUMENTS, CHROMIUM, needs_chromium, sync_api
from tests.utils.small_model import write_small_model

pytest.importorskip('gradio', reason='the extra `demo` is not installed')
pytestmark = [pytest.mark.e2e, needs_chromium]


def write_image(path: Path, seed: int) -> Path:
    rng = np.random.default_rng(seed)
    path.parent.mkdir(exist_ok=True)
    image = cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), (90, 60))
    cv2.imwrite(str(path), image)
    return path


@pytest.fixture(scope='module')
def address(tmp_path_factory, repository):
    """The running demo, with a small random network and one example."""
    folder = tmp_path_factory.mktemp('demo')
    model = write_small_model(folder)
    write_image(folder / 'examples' / 'a.png', seed=1)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    log = folder / 'log.txt'
    command = [sys.executable, str(repository / 'demo' / 'app.py'), *model, '--device', 'cpu']
    command += ['--port', str(port), '--examples', str(folder / 'examples')]
    with log.open('w') as stream:
        process = subprocess.Popen(
            command,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, 'PYTHONPATH': str(repository)},
        )
    try:
        deadline = time.monotonic() + 600  # a busy machine took 90 s
        while 'Running on' not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield f'http://127.0.0.1:{port}'
    finally:
        process.terminate()
        process.wait()


class Watched:
    """A page of the browser, and what went wrong on it."""

    def __init__(self, page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on('pageerror', lambda error: self.troubles.append(f'error: {error}'))
        page.on('console', self._note_console)
        page.on('response', self._note_response)
        page.on('request', self._note_request)
        page.on('requestfailed', self._note_failure)

    def _note_console(self, message) -> None:
        if message.type == 'error':
            self.troubles.append(f'console: {message.text}')

    def _note_response(self, response) -> None:
        if response.status >= 400:
            self.troubles.append(f'{response.status}: {response.url}')

    def _note_request(self, request) -> None:
        if not re.match(r'(http://127\.0\.0\.1:|data:|blob:)', request.url):
            self.troubles.append(f'not on this machine: {request.url}')

    def _note_failure(self, request) -> None:
        # the page itself closes its streams of events
        if not re.search('/queue/data|/upload_progress', request.url):
            self.troubles.append(f'failed: {request.url}')

    def picture(self, name: str) -> np.ndarray:
        """The picture that is shown, as it came from the demo."""
        source = self.page.locator(f'#{name} img').get_attribute('src')
        return np.asarray(Image.open(io.BytesIO(self.page.request.get(source).body())))

    def wait_for_change(self, name: str, source: str) -> None:
        script = '([id, old]) => document.querySelector(`#${id} img`)?.src !== old'
        self.page.wait_for_function(script, arg=[name, source])

    def source(self, name: str) -> str:
        return self.page.locator(f'#{name} img').evaluate('img => img.src')


@pytest.fixture(scope='module')
def watched(address):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport=dict(width=1400, height=1200))
        page.set_default_timeout(60_000)
        watched = Watched(page)
        page.goto(address)
        yield watched
        browser.close()


def test_an_image_gives_the_pictures_of_all_tasks_and_the_masks(watched, tmp_path):
    image = write_image(tmp_path / 'b.png', seed=2)
    watched.page.set_input_files('#image input[type=file]', image)
    for name in ('picture-seg', 'picture-depth', 'picture-normal', 'sheet'):
        watched.page.wait_for_selector(f'#{name} img')
    for task in ('seg', 'depth', 'normal'):
        for name in (f'picture-{task}', f'mask-{task}'):
            shown = watched.picture(name)
            assert shown.shape == (60, 90, 3)
            assert shown.std() > 5
    colors = {tuple(c) for c in watched.picture('picture-seg').reshape(-1, 3).tolist()}
    assert colors <= {(200, 0, 0), (0, 200, 0), (0, 0, 200)}
    texts = watched.page.locator('.mmmtl-key').all_inner_texts()
    assert len(texts) == 4
    assert 'window' in texts[0]
    assert 'depth [m]' in texts[1]
    assert texts[3].startswith('Click on a picture')
    assert watched.troubles == []


def test_a_click_on_a_picture_reads_its_values(watched):
    box = watched.page.locator('#picture-depth img').bounding_box()
    place = dict(x=box['width'] / 2, y=box['height'] / 2)
    watched.page.locator('#picture-depth img').click(position=place)
    watched.page.wait_for_selector('#pixel .entry')
    read = watched.page.locator('#pixel').inner_text()
    assert re.match(
        r'pixel 4[45], (29|30): seg (wall|floor|window)\s+depth \S+ m\s+normal x ', read
    )
    assert watched.troubles == []


def test_the_opacity_lets_the_image_shine_through(watched):
    before = watched.picture('picture-seg').astype(int)
    source = watched.source('picture-seg')
    number = watched.page.locator('#opacity input[type=number]')
    for text in ('0.5', '1'):
        number.fill(text)
        number.press('Enter')
        number.blur()
        watched.wait_for_change('picture-seg', source)
        source = watched.source('picture-seg')
        if text == '0.5':
            image = cv2.resize(
                np.random.default_rng(2).integers(0, 256, (6, 8, 3), dtype=np.uint8), (90, 60)
            )
            mixed = (before + image[..., ::-1]) / 2
            assert np.abs(watched.picture('picture-seg') - mixed).max() <= 1
    np.testing.assert_array_equal(watched.picture('picture-seg'), before)
    assert watched.troubles == []


def test_predictions_are_there_as_files(watched):
    links = watched.page.locator('#files a')
    found = {}
    for link in links.all():
        address = link.get_attribute('href')
        found[address.rpartition('/')[2]] = watched.page.request.get(address).body()
    assert sorted(found) == [
        *('b_depth.npy', 'b_depth.png', 'b_normal.npy', 'b_seg.npy', 'b_seg.png')
    ]
    depth = Image.open(io.BytesIO(found['b_depth.png']))
    assert np.asarray(depth).max() > 255  # 16 bits
    ids = np.load(io.BytesIO(found['b_seg.npy']))
    np.testing.assert_array_equal(ids, np.asarray(Image.open(io.BytesIO(found['b_seg.png']))))
    assert watched.troubles == []


def test_a_click_on_the_sheet_chooses_the_channel(watched):
    before = watched.source('mask-seg'), watched.source('sheet')
    sheet = watched.page.locator('#sheet img')
    box = sheet.bounding_box()
    sheet.click(position=dict(x=3.5 / 8 * box['width'], y=box['height'] / 2))
    watched.wait_for_change('mask-seg', before[0])
    watched.wait_for_change('sheet', before[1])
    assert watched.page.locator('#channel input[type=number]').input_value() == '3'
    assert watched.troubles == []


def test_task_and_block_are_chosen(watched):
    before = watched.source('sheet')
    watched.page.locator('#task label', has_text='depth').click()
    watched.wait_for_change('sheet', before)
    before = watched.source('mask-normal')
    watched.page.locator('#block input').click()
    watched.page.get_by_role('option', name='decoder 5').click()
    watched.wait_for_change('mask-normal', before)
    assert watched.picture('mask-normal').shape == (60, 90, 3)
    assert watched.troubles == []


def test_an_example_replaces_the_image(watched):
    before = {name: watched.source(name) for name in ('picture-depth', 'sheet')}
    watched.page.locator('.gallery-item, .gallery button').first.click()
    for name, source in before.items():
        watched.wait_for_change(name, source)
    assert watched.troubles == []


def test_without_an_image_nothing_is_shown(watched):
    watched.page.locator('#image button[aria-label="Remove Image"]').click()
    watched.page.wait_for_selector('#sheet', state='hidden')
    assert watched.page.locator('#picture-seg img').count() == 0
    assert watched.troubles == []


def test_a_broken_image_is_named_and_nothing_else_shown(watched, tmp_path):
    whole = write_image(tmp_path / 'whole.png', seed=3)
    watched.page.set_input_files('#image input[type=file]', whole)
    watched.page.wait_for_selector('#picture-seg img')
    watched.page.wait_for_selector('#sheet', state='visible')
    broken = tmp_path / 'broken.png'
    broken.write_bytes(whole.read_bytes()[:200])
    watched.page.locator('#image button[aria-label="Remove Image"]').click()
    watched.page.wait_for_selector('#picture-seg img', state='detached')
    watched.page.set_input_files('#image input[type=file]', broken)
    watched.page.wait_for_selector('.mmmtl-error')
    assert watched.page.locator('.mmmtl-error').inner_text().startswith('broken.png: truncated or')
    watched.page.wait_for_selector('#sheet', state='hidden')
    for name in ('picture-seg', 'picture-depth', 'picture-normal'):
        assert watched.page.locator(f'#{name} img').count() == 0
    assert watched.page.locator('#files a').count() == 0
    assert watched.page.locator('#pixel').inner_text().strip() == ''
    assert watched.troubles == []


def test_a_phone_shows_the_page_without_scrolling_sideways(watched):
    watched.page.set_viewport_size(dict(width=390, height=844))
    assert watched.page.evaluate('document.documentElement.scrollWidth') <= 390
