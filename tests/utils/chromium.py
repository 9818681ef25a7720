"""The browser of the machine, for tests of pages; they are skipped where there is none."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser')
ARGUMENTS = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
]

sync_api = pytest.importorskip('playwright.sync_api', reason='playwright is not installed')
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason='there is no chromium on this machine')
