from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import identities
from identities import cli, pool, run
from identities.files import own_catalogue
from identities.settings import Settings

ROOT = Path(__file__).parent.parent


class Deadly:
    """Whoever unpickles it ends at once, as a process does that is killed."""

    def __reduce__(self):
        return os._exit, (1,)


class Here(Executor):
    """An executor that does its work when it is asked for it, and counts."""

    def __init__(self):
        self.calls = 0

    def submit(self, function, /, *args, **kwargs):
        self.calls += 1
        future = Future()
        future.set_result(function(*args, **kwargs))
        return future


def small(table, wrong=True):
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("x: A + Aᵀ", "x: A") if wrong else text, encoding="utf-8")
    return identities.load(table)


def test_processes_say_what_one_says_in_the_same_order(table):
    entries = [*small(table), *identities.load(own_catalogue())[:20:4]]
    alone = list(run.fresh(entries, Settings(3, 9), 1, None))
    assert list(pool.stream(entries, Settings(3, 9), jobs=2)) == alone
    assert [v.verdict for v in alone[:4]] == ["verified", "verified", "verified", "refuted"]


@pytest.mark.parametrize("number", [0, 1])
def test_a_worker_that_dies_costs_its_claim_and_no_other(table, number):
    entries = list(small(table))
    claims = list(entries[number].claims)
    claims[1] = replace(claims[1], at={"X": Deadly()})
    entries[number] = replace(entries[number], claims=tuple(claims))
    found = [(v.id, v.kind, v.verdict) for v in pool.stream(entries, Settings(), jobs=2)]
    right = ["verified", "verified", "verified", "refuted"]
    right[2 * number + 1] = "error"
    assert [outcome for *_, outcome in found] == right


def test_a_claim_that_kills_says_so_at_its_place(table):
    (entry, *_) = small(table)
    deadly = replace(entry, claims=(replace(entry.claims[0], at={"X": Deadly()}),))
    (verdict,) = pool.stream([deadly], Settings(), jobs=2)
    assert (verdict.file, verdict.line, verdict.closed_form) == (str(table), 12, "Aᵀ")
    assert "ended without an answer" in verdict.message


def test_processes_that_always_die_are_not_started_for_ever(table, monkeypatch):
    monkeypatch.setattr(pool, "MOST_STARTS", 2)
    (entry, *_) = small(table)
    deadly = replace(entry, claims=(replace(entry.claims[0], at={"X": Deadly()}),) * 9)
    assert [verdict.verdict for verdict in pool.stream([deadly] * 3, Settings(), jobs=2)] == ["error"] * 27


# ---- executors of other people


def test_any_executor(table, checker):
    small(table, wrong=False)
    here = Here()
    report = identities.check(table, executor=here)
    assert report.ok
    assert here.calls == 2
    with ThreadPoolExecutor(2) as threads:
        assert identities.check(table, executor=threads).verdicts == report.verdicts


def test_an_executor_that_loses_work_gives_errors_and_no_success(table, checker):
    class Broken(Here):
        def submit(self, function, /, *args, **kwargs):
            if any(claim.closed_form.text == "A + Aᵀ" for identity in args[0] for claim in identity.claims):
                raise OSError("no route to host")
            return super().submit(function, *args, **kwargs)

    small(table, wrong=False)
    report = identities.check(table, executor=Broken())
    assert [verdict.verdict for verdict in report.verdicts] == ["verified", "verified", "verified", "error"]
    assert "no route to host" in report.verdicts[3].message
    assert report.exit_code == 2


def test_only_some_work_is_handed_out_ahead(table, checker, monkeypatch):
    monkeypatch.setattr(pool, "AHEAD", 3)
    here = Here()
    stream = pool.stream(small(table) * 20, Settings(), executor=here)
    next(stream)
    assert here.calls == 3


def test_an_executor_that_says_nothing_gives_errors(table, checker, monkeypatch):
    monkeypatch.setattr(pool, "checked", lambda portion, settings: [])
    report = identities.check(small(table), executor=Here())
    assert report.counts == {"error": 4}
    assert "0 verdicts on 1 claims" in report.verdicts[0].message


def test_what_is_not_begun_is_cancelled(table):
    class Interrupted(Executor):
        def submit(self, function, /, *args, **kwargs):
            futures.append(Future())
            if len(futures) == 2:
                futures[0].set_exception(KeyboardInterrupt())
            return futures[-1]

    futures: list[Future] = []
    with pytest.raises(KeyboardInterrupt):
        next(pool.stream(small(table), Settings(), executor=Interrupted()))
    assert futures[1].cancelled()


def test_dask(table):
    distributed = pytest.importorskip("dask.distributed")
    entries = small(table)
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        report = identities.check(entries, executor=client.get_executor(), cache=False)
    assert report.verdicts == identities.check(entries, cache=False).verdicts
    assert report.counts == {"verified": 3, "refuted": 1}


# ---- the command


def test_few_claims_need_no_processes(table, checker, monkeypatch):
    monkeypatch.setattr(pool, "stream", lambda *_, **__: pytest.fail("a pool for four claims"))
    small(table, wrong=False)
    assert cli.main(["check", str(table), "--jobs", "8"]) == 0


def test_jobs_and_shards_of_the_command(table, checker, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(run, "WORTH", 1.0)
    monkeypatch.setattr(
        pool, "stream", lambda found, _, *, executor, jobs: asked.append((len(list(found)), jobs)) or iter(())
    )
    for arguments in (["--jobs", "2"], ["--jobs", "1"], [], ["--shard", "1/2", "--jobs", "2"]):
        cli.main(["check", str(table), *arguments])
    assert asked[0] == (2, 2)
    assert asked[-1] == (1, 2)
    assert len(asked) == 3 + (run.cores() > 1) - 1


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "/", "1/0", "a/b", "1/2/3", "-1/2", "1/999999999"])
def test_no_shard(table, shard, capsys):
    assert cli.main(["check", str(table), f"--shard={shard}"]) == 2
    assert "is no shard: expected" in capsys.readouterr().err


def test_an_empty_shard_is_nothing_to_check(table, checker, capsys):
    assert cli.main(["check", str(table), "--shard", "3/3"]) == 2
    assert "shard 3 of 3 is empty" in capsys.readouterr().out


def gone(processes):
    """Whether none of the processes is left after a while."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["interrupt", "kill"])
def test_the_workers_end_with_the_command(number):
    command = [sys.executable, "-m", "identities", "check", "--jobs", "2", "--no-cache", "--verbose"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        workers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert "is verified" in first
    assert len(workers) >= 2
    assert gone(workers)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert "interrupted after" in out
        assert out.splitlines()[-1].startswith("checked ")
        assert err == ""
