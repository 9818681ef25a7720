"""What the page takes, and what it gives to nobody."""

from __future__ import annotations

import argparse
import json
import socket
import urllib.error
import urllib.request
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.utils.small_model import write_small_model

gradio = pytest.importorskip('gradio', reason='the extra `demo` is not installed')

MEGABYTE = 2**20


@pytest.fixture(scope='module')
def served(tmp_path_factory):
    """The page with a small random network: its address and its files."""
    from demo_network import Demo
    from limits import Limits, serve
    from page import build_page

    from mmmtl.apis import MultiTaskInferencer

    folder = tmp_path_factory.mktemp('served')
    model = write_small_model(folder)
    (folder / 'secret.txt').write_text('tell-tale')
    with pytest.MonkeyPatch.context() as patch, socket.socket() as free:
        patch.setenv('GRADIO_TEMP_DIR', str(folder / 'uploads'))
        patch.setenv('MMMTL_MAX_PIXELS', '1')
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
        free.close()
        inferencer = MultiTaskInferencer(*map(str, model), device='cpu', show_progress=False)
        page = build_page(Demo(inferencer), [], 'a title')
        serve(page, Limits(megabytes=1, pixels=10_000, waiting=2), port=port, block=False)
        yield f'http://127.0.0.1:{port}', folder
        page.close()


def ask(address, content=None, kind='application/json'):
    """Sends a request and gives status and text; the address goes out as it is."""
    headers = {} if content is None else {'Content-Type': kind}
    request = urllib.request.Request(address, content, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read().decode('utf-8', 'replace')
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode('utf-8', 'replace')


ROUTES = (
    '/gradio_api/file=/etc/passwd',
    '/gradio_api/file=../../../../../../etc/passwd',
    '/gradio_api/file=/proc/self/environ',
    '/gradio_api/file=file:///etc/passwd',
    '/gradio_api/file={folder}/secret.txt',
    '/gradio_api/file={folder}/uploads/../secret.txt',
    '/gradio_api/file={folder}/uploads/%2e%2e/secret.txt',
    '/gradio_api/file/{folder}/secret.txt',
    '/gradio_api/proxy=http://127.0.0.1:9/secret.txt',
    '/static/../../../../../../etc/passwd',
    '/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/assets/%2e%2e/%2e%2e/routes.py',
    '/svelte/%2e%2e/%2e%2e/routes.py',
    '/gradio_api/custom_component/0/client/component/..%2f..%2froutes.py',
    '/monitoring/summary',
    '/gradio_api/vibe-code',
    '/gradio_api/stream/a/b/0/playlist-file',
)


@pytest.mark.parametrize('route', ROUTES)
def test_a_route_that_gives_nothing(served, route):
    address, folder = served
    status, text = ask(address + route.format(folder=folder))
    assert 400 <= status < 500, text[:200]
    for told in ('root:', 'tell-tale', 'import fastapi', 'PATH='):
        assert told not in text


def predict(address, path):
    """Asks for a prediction of a file that lies on the server, or was sent to it."""
    image = {'path': str(path), 'meta': {'_type': 'gradio.FileData'}}
    content = json.dumps({'data': [image, 1]}).encode()
    status, text = ask(f'{address}/gradio_api/call/predict', content)
    if status != 200:
        return text
    return ask(f'{address}/gradio_api/call/predict/{json.loads(text)["event_id"]}')[1]


def upload(address, name, content):
    boundary = b'----x'
    head = f'Content-Disposition: form-data; name="files"; filename="{name}"'.encode()
    body = b'--' + boundary + b'\r\n' + head + b'\r\n\r\n' + content + b'\r\n--' + boundary + b'--'
    kind = f'multipart/form-data; boundary={boundary.decode()}'
    return ask(f'{address}/gradio_api/upload', body, kind)


@pytest.mark.parametrize('path', ['/etc/passwd', '{folder}/secret.txt', 'http://127.0.0.1:9/a.png'])
def test_only_files_that_were_sent_are_opened(served, path):
    address, folder = served
    text = predict(address, path.format(folder=folder))
    assert 'event: error' in text or 'error' in text.lower()
    assert 'tell-tale' not in text


def picture(height, width):
    return cv2.imencode('.png', np.zeros((height, width, 3), np.uint8))[1].tobytes()


def test_a_picture_is_predicted(served):
    address, _ = served
    status, text = upload(address, 'a.png', picture(20, 30))
    assert status == 200, text
    told = predict(address, json.loads(text)[0])
    assert 'event: complete' in told, told


def test_a_picture_of_too_many_pixels_is_named_without_its_place(served):
    address, folder = served
    status, text = upload(address, 'large.png', picture(200, 300))
    assert status == 200, text
    told = predict(address, json.loads(text)[0])
    assert 'large.png: 300 x 200 pixels are more than the limit of 10000' in told
    assert str(folder) not in told


def test_a_file_that_is_too_large_is_refused(served):
    address, _ = served
    status, text = upload(address, 'large.png', bytes(MEGABYTE + 100_000))
    assert status == 413, text


def test_the_machine_itself_alone(served):
    address, _ = served
    port = int(address.rpartition(':')[2])
    found = {line.split()[1] for line in Path('/proc/net/tcp').read_text().splitlines()[1:]}
    assert f'0100007F:{port:04X}' in found
    assert f'00000000:{port:04X}' not in found


def test_options():
    from limits import Limits, add_limits, limits_of

    parser = argparse.ArgumentParser()
    add_limits(parser)
    assert limits_of(parser.parse_args([])) == Limits()
    words = ['--max-megabytes', '1', '--max-pixels', '2', '--max-waiting', '3']
    assert limits_of(parser.parse_args(words)) == Limits(1, 2, 3)
    for wrong in ('0', '-1', 'x', '1.5', '²'):
        with pytest.raises(SystemExit):
            parser.parse_args(['--max-pixels', wrong])
