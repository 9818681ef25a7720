from __future__ import annotations

import inspect

import pytest

from mmmtl_scenes.engine.light import Light
from mmmtl_scenes.rooms.lighting import RoomLighting
from mmmtl_scenes.streets.lighting import StreetLighting


@pytest.mark.parametrize('lighting', [RoomLighting, StreetLighting])
@pytest.mark.parametrize('method', ['shade', 'fade', 'sky'])
def test_streets_and_rooms_offer_what_the_renderer_asks_for(lighting: type, method: str) -> None:
    asked, offered = (inspect.signature(getattr(item, method)) for item in (Light, lighting))
    assert offered == asked
