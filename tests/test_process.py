"""A process of our own is set up; one that imports us is left as it is."""

from __future__ import annotations

import contextlib
import gc
import signal
import subprocess
import sys

import pytest

from identities import process


def test_a_process_of_ours_has_one_thread_of_blas_and_rare_collections(monkeypatch):
    before = gc.get_threshold()
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    try:
        process.prepare()
        assert gc.get_threshold() == process.COLLECTIONS
        assert process.os.environ["OPENBLAS_NUM_THREADS"] == "1"
    finally:
        gc.set_threshold(*before)


def test_a_choice_of_the_user_stands(monkeypatch):
    before = gc.get_threshold()
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    process.prepare()
    gc.set_threshold(*before)
    assert process.os.environ["OPENBLAS_NUM_THREADS"] == "4"


def test_importing_changes_nothing():
    code = (
        "import gc; before = gc.get_threshold(); import identities, identities.run; assert gc.get_threshold() == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_interrupt_that_a_library_swallows_is_raised_again():
    with process.interruptible() as insist:
        insist()
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            insist()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_interrupts_that_are_ignored_stay_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with process.interruptible() as insist:
            signal.raise_signal(signal.SIGINT)
            insist()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
