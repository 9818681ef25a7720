import argparse
import os

import pytest

from mmmtl.apis.arguments import (
    add_run_options,
    parse_port,
    parse_range,
    parse_size,
    pass_process_number_on,
)


def test_a_size_is_height_and_width():
    assert parse_size('128x256') == (128, 256)


@pytest.mark.parametrize('text', ['128', '128x', '0x4', '-1x4', '1.5x4', '1x2x3', 'axb', '1e2x4'])
def test_other_texts_are_named(text):
    with pytest.raises(argparse.ArgumentTypeError, match=f"expected HEIGHTxWIDTH.*found '{text}'"):
        parse_size(text)


def test_a_port_is_one_of_16_bits():
    assert [parse_port('1'), parse_port('65535')] == [1, 65535]
    for text in ('0', '65536', '-1', 'http', '80.0'):
        with pytest.raises(argparse.ArgumentTypeError, match=f"from 1 to 65535, found '{text}'"):
            parse_port(text)


@pytest.fixture
def parse(monkeypatch):
    """Parses a command line of the options that training and testing share."""

    def run(*arguments):
        parser = argparse.ArgumentParser()
        add_run_options(parser)
        monkeypatch.setattr('sys.argv', ['tool', *arguments])
        args = parser.parse_args()
        pass_process_number_on(args)
        return args

    return run


def test_options_override_a_config_with_values_of_their_types(parse, monkeypatch):
    monkeypatch.setenv('LOCAL_RANK', '3')
    args = parse('--cfg-options', 'a.b=1', 'c=[1,2.5]', 'd=text', 'e="[(1,2),(3,4)]"')
    assert args.cfg_options == {'a.b': 1, 'c': [1, 2.5], 'd': 'text', 'e': [(1, 2), (3, 4)]}
    assert args.launcher == 'none'
    assert os.environ['LOCAL_RANK'] == '3'  # a launcher's own number stays


@pytest.mark.parametrize('option', ['--local_rank', '--local-rank'])
def test_the_number_of_the_process_is_passed_on(parse, monkeypatch, option):
    monkeypatch.setenv('LOCAL_RANK', '')
    monkeypatch.delenv('LOCAL_RANK')
    assert parse(option, '2', '--launcher', 'pytorch').launcher == 'pytorch'
    assert os.environ['LOCAL_RANK'] == '2'


def test_an_unknown_launcher_is_refused(parse, capsys):
    with pytest.raises(SystemExit):
        parse('--launcher', 'mine')
    assert "invalid choice: 'mine'" in capsys.readouterr().err


@pytest.mark.parametrize('text', ['depth', 'depth=', 'depth=1', 'depth=1,2,3', 'depth=a,b'])
def test_what_is_no_range(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r'TASK=LOW,HIGH such as depth=0\.5,10'):
        parse_range(text)
    assert parse_range('depth=-1,2e3') == ('depth', (-1.0, 2000.0))
