"""Work in other processes gives what it gives here, in order, errors included, and leaves nothing behind."""

import errno
import os
import signal
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from geo import processes
from geo.processes import Aside, can_fork, peak_mb, shared_out
from geo.threads import set_threads, threads
from layers.errors import ConfigError, DataError
from layers.text import Text

forks = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks safely")


@pytest.fixture(params=[1, 2, 4])
def jobs(request):
    before = threads()
    set_threads(request.param)
    yield request.param
    set_threads(before)


@pytest.fixture
def two():
    before = threads()
    set_threads(2)
    yield
    set_threads(before)


@pytest.fixture
def children():
    """Give what children this process has besides those it had, as of other tests."""
    before = {one.pid for one in psutil.Process().children()}
    return lambda: [one for one in psutil.Process().children() if one.pid not in before]


def test_tasks_answer_in_their_order_however_many_share_them(jobs, children):
    assert shared_out([partial(pow, n, 2) for n in range(20)]) == [n * n for n in range(20)]
    assert not children()


def test_weights_change_who_begins_not_what_comes_back(jobs):
    assert shared_out([partial(pow, n, 2) for n in range(9)], weights=range(9)) == [n * n for n in range(9)]


def test_no_tasks_no_answers(jobs):
    assert shared_out([]) == []


@forks
def test_two_processes_take_part(two):
    def slow():
        time.sleep(0.2)
        return os.getpid()

    assert len(set(shared_out([slow] * 4))) == 2


def test_the_first_error_in_the_order_of_tasks_is_raised_as_it_was(jobs, children):
    def fail(error):
        raise error

    bad, worse = DataError(Text("坏", "bad")), ConfigError(Text("更坏", "worse"))
    tasks = [lambda: 1, partial(fail, bad), partial(fail, worse)]
    with pytest.raises(DataError) as raised:
        shared_out(tasks, weights=[1, 2, 3])
    assert raised.value.message == Text("坏", "bad")
    assert not children()


@forks
def test_an_error_aside_comes_back_whole(two):
    def fail():
        raise ConfigError(Text("更坏", "worse"))

    with Aside(fail) as work, pytest.raises(ConfigError, match="worse") as raised:
        work.result()
    assert raised.value.message.zh == "更坏"


@forks
def test_work_of_a_process_that_was_killed_is_done_here(two):
    here = os.getpid()

    def fragile():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    with Aside(fragile) as work:
        assert work.result() == "done"
    assert shared_out([fragile] * 5) == ["done"] * 5


@forks
@forks
def test_work_of_a_process_that_ends_without_an_answer_is_done_here(two, capfd):
    """Whatever exit code it had, and without a word of its own."""
    here = os.getpid()

    def leave(code):
        if os.getpid() != here:
            os._exit(code)
        return code

    def unsent():
        if os.getpid() != here:
            raise SystemExit(3)
        return "here"

    for code in (0, 1):
        with Aside(partial(leave, code)) as one:
            assert one.result() == code
    with Aside(unsent) as one:
        assert one.result() == "here"
    assert capfd.readouterr().err == ""


@forks
def test_work_is_done_here_where_nothing_can_be_shared(two, monkeypatch, children):
    def refused(name):
        raise OSError(errno.ENFILE, name)

    monkeypatch.setattr(os, "memfd_create", refused)
    assert shared_out([os.getpid, os.getpid]) == [os.getpid()] * 2
    with Aside(os.getpid) as one:
        assert one.result() == os.getpid()


@forks
def test_work_is_done_here_where_the_system_refuses_a_process(two, monkeypatch):
    def refused():
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(os, "fork", refused)
    with Aside(os.getpid) as work:
        assert work.result() == os.getpid()


@forks
def test_what_cannot_be_sent_is_said(two):
    with Aside(lambda: lambda: 1) as work, pytest.raises(TypeError, match="cannot be sent"):
        work.result()


@forks
def test_leaving_without_asking_ends_the_process(two, children):
    with Aside(partial(time.sleep, 60)):
        assert len(children()) == 1
    assert not children()


@forks
def test_a_process_dies_with_its_parent():
    code = """
import os, time
from geo.processes import Aside
from geo.threads import set_threads
set_threads(2)
with Aside(lambda: time.sleep(60)):
    import psutil
    print(psutil.Process().children()[0].pid, flush=True)
    time.sleep(0.3)
    os.kill(os.getpid(), 9)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    child = int(run.stdout)
    until = time.monotonic() + 5
    while psutil.pid_exists(child) and time.monotonic() < until:
        if psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.02)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


@forks
def test_no_process_within_a_process(two):
    with Aside(can_fork) as work:
        assert work.result() is False


@forks
def test_memory_of_a_process_aside_counts(two, monkeypatch):
    monkeypatch.setattr(processes, "_peak", [0.0])

    def greedy():
        return len(bytearray(os.urandom(1_000)) * 600_000)

    before = peak_mb()
    with Aside(greedy) as work:
        assert work.result() == 600_000_000
    assert before + 550 < peak_mb() < before + 700


def test_one_thread_means_this_process():
    before = threads()
    set_threads(1)
    try:
        with Aside(os.getpid) as work:
            assert work.result() == os.getpid()
    finally:
        set_threads(before)


def test_memory_is_given_back_only_where_the_c_library_is_known(monkeypatch):
    def none(_name):
        raise TypeError("a library needs a name here")

    monkeypatch.setattr(processes.ctypes, "CDLL", none)
    monkeypatch.setattr(processes.sys, "platform", "win32")
    processes.give_back()
    monkeypatch.setattr(processes.sys, "platform", "linux")
    with pytest.raises(TypeError):
        processes.give_back()


KEPT = """
import numpy as np, psutil
from geo.processes import give_back, keep_freed
def held(): return psutil.Process().memory_info().rss / 1e6
keep_freed()
before = held()
np.ones(25_000_000)  # 200 MB, let go at once
print(held() - before > 150)
give_back()
print(held() - before < 50)
"""


@forks
def test_freed_memory_is_kept_until_it_is_given_back():
    done = subprocess.run([sys.executable, "-c", KEPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
