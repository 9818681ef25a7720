import io

import numpy as np
import torch

from mmmtl.deployment import DynamicAxes, ProgramFormat, trace_network
from tests.utils.steps import Steps


def test_a_program_is_read_as_it_was_written_with_its_description():
    network = Steps()
    description = {'mmmtl': '1', 'tasks': '{"step": "ä"}'}
    program = trace_network(network, (4, 6), DynamicAxes.ALL)
    content = ProgramFormat().write(program, ['step'], description)
    image = np.random.default_rng(0).integers(0, 256, (3, 5, 7, 3), dtype=np.uint8)
    found = ProgramFormat().load(content).run(image)
    assert list(found) == ['step']
    assert np.array_equal(found['step'], network.run(image)['step'])

    texts = dict.fromkeys(description, '')
    loaded = torch.export.load(io.BytesIO(content), extra_files=texts)
    read = {
        name: text.decode() if isinstance(text, bytes) else text for name, text in texts.items()
    }
    assert read == description
    outputs = loaded.module()(torch.from_numpy(image))  # with torch alone
    assert np.array_equal(outputs['step'].numpy(), found['step'])
