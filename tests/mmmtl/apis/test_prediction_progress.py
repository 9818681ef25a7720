import io

from rich.console import Console

from mmmtl.apis.prediction_progress import ImageRateColumn, prediction_progress


def shown(total, done):
    progress = prediction_progress(True)
    progress.live.console = progress.console
    seconds = iter(range(100))
    progress.get_time = lambda: next(seconds)
    task = progress.add_task('Predicting', total=total)
    for _ in range(done):
        progress.advance(task)
    console = Console(file=io.StringIO(), width=120)
    console.print(progress.make_tasks_table(progress.tasks))
    return console.file.getvalue()


def test_images_a_second_and_the_time_left():
    text = shown(10, 5)
    assert 'Predicting' in text
    assert '5/10' in text
    assert '1.0 images/s' in text
    assert 'left 0:00:0' in text


def test_without_an_end_there_is_a_count():
    text = shown(None, 5)
    assert '5/?' in text
    assert 'images/s' in text


def test_nothing_is_said_before_anything_is_known():
    progress = prediction_progress(False)
    task = progress.add_task('Predicting', total=3)
    assert str(ImageRateColumn().render(progress.tasks[task])) == ''
    assert progress.disable
