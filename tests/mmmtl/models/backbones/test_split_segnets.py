import pytest

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.segnet import NUM_CONVS, plain_segnet


@pytest.mark.parametrize(
    ('settings', 'num_convs'),
    [
        (dict(), NUM_CONVS),
        (dict(widths=(8, 12, 16, 20, 40)), NUM_CONVS),
        (dict(num_convs=(4, 4, 6, 6, 6)), (4, 4, 6, 6, 6)),
    ],
    ids=['standard', 'wide', 'deep'],
)
def test_all_heads_read_the_last_features_of_one_segnet(settings, num_convs):
    tasks = ['seg', 'depth']

    def plain(image, weights, training, _):
        net = plain_segnet(image, weights, training=training, num_convs=num_convs)
        return dict.fromkeys(tasks, net.decoded[-1])

    model = build(tasks, dict(type='SegNet', **settings))
    assert_same_features(model, plain, lambda name: f'backbone.{name}')
