"""Segmentors of several tasks with random labels, and whether each task learns its own alone."""

import math

import torch
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample
from torch import nn

SIZE = (8, 8)
WIDTH = 64

IMAGES = torch.rand(2, 3, *SIZE, generator=torch.Generator().manual_seed(0))


class RandomFeatures(nn.Module):
    """Four fixed maps in which every pixel is another point: all that is learned is in heads."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        self.register_buffer('weights', 12 * torch.randn(4, WIDTH, 3, 1, 1, generator=generator))

    def forward(self, images):
        return tuple(nn.functional.conv2d(images, weight).cos() for weight in self.weights)


def build(heads, tasks, auxiliary=None):
    torch.manual_seed(0)
    model = MODELS.build(
        dict(
            type='MultiTaskSegmentor',
            backbone=dict(type=RandomFeatures),
            decode_head=heads,
            auxiliary_head=auxiliary,
            tasks=tasks,
        )
    )
    model.init_weights()
    return model.train()


def labels_of(tasks, seed):
    """Random labels that have nothing to do with each other."""
    generator = torch.Generator().manual_seed(seed)
    counts = {name: len(task.get('classes', (0, 1))) for name, task in tasks.items()}
    labels = {
        name: torch.randint(0, count, (2, 1, *SIZE), generator=generator)
        for name, count in counts.items()
    }
    for name, count in counts.items():
        if tasks[name]['type'] == 'ImageClassTask':
            ids = torch.rand(count, generator=generator).argsort()[:2]  # two images, two classes
            labels[name] = torch.eye(count)[ids].view(2, count, 1, 1)
    return labels


def samples_of(tasks, labels):
    batch = []
    for index in range(2):
        sample = SegDataSample(metainfo=dict(img_shape=SIZE, ori_shape=SIZE))
        for name, label in labels.items():
            field = 'gt_sem_seg' if name == 'seg' else f'gt_{name}'
            data = label[index]
            is_mask = tasks[name]['type'] == 'BinaryTask'
            sample.set_data({field: PixelData(data=data.float() if is_mask else data)})
        edge = torch.ones(1, *SIZE, dtype=torch.int64)  # GenerateEdge's, of the label of seg
        sample.set_data(dict(gt_edge_map=PixelData(data=edge)))
        batch.append(sample)
    return batch


def trained(model, batch, steps, is_done=None):
    """Trains in place, until it is done if that is asked every ten steps."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    torch.manual_seed(1)
    for step in range(steps):
        loss, _ = model.parse_losses(model(IMAGES, batch, mode='loss'))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if is_done is not None and step % 10 == 9 and is_done():
            break
    return model


def state_of(model, task):
    return {
        name: value
        for name, value in model.state_dict().items()
        if name.startswith((f'decode_head.{task}.', f'auxiliary_head.{task}.'))
    }


def equal(first, second):
    assert first.keys() == second.keys()
    assert first
    return all(torch.equal(value, second[name]) for name, value in first.items())


def predicted(model):
    """What each head of each task predicts, as the label: the main one, then the auxiliary ones."""
    model.eval()
    found = {}
    with torch.no_grad():
        features = model.extract_feat(IMAGES)
        samples = model(IMAGES, mode='predict')
        for name, task in model.tasks.items():
            metas = [dict(img_shape=SIZE)] * 2
            whole = torch.stack([sample.get(task.pred_field).data for sample in samples])
            auxiliary = (
                model.auxiliary_head[name] if name in getattr(model, 'auxiliary_head', ()) else ()
            )
            outputs = [head.predict(features[name], metas, model.test_cfg) for head in auxiliary]
            found[name] = [whole, *(torch.stack([*map(task.decode, out)]) for out in outputs)]
    model.train()
    return found


def share(prediction, label):
    """The share of pixels that are right; probabilities are asked for their side of a half."""
    ids = prediction > 0.5 if prediction.is_floating_point() else prediction
    return (ids == label).float().mean().item()


def assert_each_learns_its_own(model, tasks):
    labels = labels_of(tasks, seed=2)

    def worst():
        return min(
            share(head, labels[name]) for name, heads in predicted(model).items() for head in heads
        )

    trained(model, samples_of(tasks, labels), 400, lambda: worst() > 0.99)
    assert worst() > 0.99
    chance = {name: len(labels[name].unique()) for name in labels}
    for name, heads in predicted(model).items():
        for other in set(labels) - {name}:
            # No more than by chance: both are random, so four standard deviations of 128 pixels.
            rate = 1 / max(chance[name], chance[other])
            for head in heads:
                limit = rate + 4 * math.sqrt(rate * (1 - rate) / (2 * math.prod(SIZE)))
                assert share(head, labels[other]) < limit


def assert_labels_of_one_do_not_reach_the_other(build_model, tasks):
    first, second = tasks
    labels, others = labels_of(tasks, seed=2), labels_of(tasks, seed=3)
    model = trained(build_model(), samples_of(tasks, labels), 3)
    for changed, kept in ((second, first), (first, second)):
        mixed = {**labels, changed: others[changed]}
        again = trained(build_model(), samples_of(tasks, mixed), 3)
        assert equal(state_of(model, kept), state_of(again, kept))
        assert not equal(state_of(model, changed), state_of(again, changed))
