import pytest

from mmmtl.engine.training_position import TrainingPosition
from tests.utils.toy.toy_runs import CONFIG, ITER_CONFIG, toy_runner


@pytest.fixture(scope='module')
def runners(tmp_path_factory):
    root = tmp_path_factory.mktemp('position')
    made = {
        kind: toy_runner(root / kind, config)
        for kind, config in dict(epochs=CONFIG, iterations=ITER_CONFIG).items()
    }
    for runner in made.values():
        runner._train_loop = runner.build_train_loop(runner._train_loop)
    return made


def position(**changes):
    facts = dict(batch=3, validated=8, images_per_step=2, samples=8, batches=4)
    return TrainingPosition(**{**facts, **changes})


def test_it_is_what_a_checkpoint_keeps(runners):
    assert TrainingPosition.of(runners['epochs'], 3, 8) == position()
    assert TrainingPosition.from_dict(position().to_dict()) == position()


@pytest.mark.parametrize('kind', ['epochs', 'iterations'])
@pytest.mark.parametrize(
    ('changes', 'said'),
    [
        (dict(images_per_step=4), r'4 images in each step .*, found 2 \(1 processes\)'),
        (dict(samples=9), '9 samples in the training data, found 8'),
        (dict(batches=3), '3 batches in an epoch, found 4'),
    ],
)
def test_other_batches_are_refused(runners, kind, changes, said):
    with pytest.raises(ValueError, match=f'^resume: the checkpoint was written with {said}'):
        position(**changes).check(runners[kind])


def test_another_plan_of_several_sets_is_refused(runners, monkeypatch):
    runner = runners['epochs']
    monkeypatch.setattr(runner.train_dataloader.batch_sampler, 'plan', 'a 3, b 1', raising=False)
    assert TrainingPosition.of(runner).plan == 'a 3, b 1'
    position(plan='a 3, b 1').check(runner)
    with pytest.raises(ValueError, match='written with a 2, b 2 .*, found a 3, b 1'):
        position(plan='a 2, b 2').check(runner)
    position(batch=0, plan='a 2, b 2').check(runner)


def test_a_record_from_before_there_were_plans_is_read():
    record = position().to_dict()
    del record['plan']
    assert TrainingPosition.from_dict(record) == position()


def test_the_same_or_an_unknown_number_of_images_may_go_on(runners):
    for runner in runners.values():
        position().check(runner)
        position(images_per_step=None).check(runner)


def test_at_the_end_of_an_epoch_the_data_may_change(runners):
    position(batch=0, samples=9, batches=5).check(runners['epochs'])
    with pytest.raises(ValueError, match='9 samples'):
        position(batch=0, samples=9).check(runners['iterations'])
    with pytest.raises(ValueError, match='4 images in each step'):
        position(batch=0, images_per_step=4).check(runners['epochs'])
