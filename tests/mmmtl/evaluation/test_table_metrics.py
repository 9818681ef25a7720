from mmmtl.evaluation.table_metrics import main_metrics, table_metrics, tasks_of


def test_metrics_of_tables_come_in_the_order_of_the_tasks():
    assert table_metrics(['depth', 'seg']) == (
        'seg/mIoU',
        'seg/aAcc',
        'depth/abs_err',
        'depth/rel_err',
    )
    assert table_metrics(['normal']) == (
        'normal/mean',
        'normal/median',
        'normal/11.25',
        'normal/22.5',
        'normal/30',
    )


def test_main_metrics():
    assert main_metrics(['normal', 'seg', 'depth']) == ('seg/mIoU', 'depth/abs_err', 'normal/mean')


def test_tasks_of_metrics():
    assert tasks_of(['depth/rmse', 'time', 'seg/mIoU', 'other/x']) == ('seg', 'depth')
