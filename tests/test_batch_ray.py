"""Batch on a Ray cluster of several nodes on this machine: the same tables, and a worker that dies loses nothing."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytest.importorskip("ray", reason="Ray is not installed: pip install 'kildespor[batch]'")

import ray
from ray.cluster_utils import Cluster

from kildespor.batch import batch
from kildespor.errors import KildesporError
from tests.test_batch_local import hold_together, json_lines

LIMIT = 240
"""Seconds after which a run is ended; on a free machine it takes a tenth of that."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of a head without cores of its own and two nodes with one core each."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 100_000_000})
    for _ in range(2):
        cluster.add_node(num_cpus=1, object_store_memory=100_000_000)
    yield cluster.address
    ray.shutdown()
    cluster.shutdown()


def readers() -> list[psutil.Process]:
    """The processes of the cluster that have a model loaded."""
    return [one for one in psutil.process_iter(["cmdline"]) if "MapWorker" in " ".join(one.info["cmdline"] or ())]


def test_a_worker_killed_in_the_middle_loses_nothing(address: str, tmp_path: Path) -> None:
    source, out = json_lines(tmp_path / "a.jsonl", 100), tmp_path / "out"
    command = [sys.executable, "-m", "kildespor.cli", "batch", "a.jsonl", "--out", "out", "--ray", address]
    process = subprocess.Popen([*command, "--lang", "en"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + LIMIT
        while not list(out.glob("done/*.json")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        assert len(list(out.glob("done/*.json"))) < 5, "the run was over before a worker could be killed"
        killed = readers()
        assert killed
        killed[0].send_signal(signal.SIGKILL)
        output, _ = process.communicate(timeout=LIMIT)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "100 articles and " in output
    hold_together(out, 100)
    assert json.loads((out / "batch.json").read_bytes())["inputs"] == [source.name]


@pytest.mark.parametrize("nobody", ["127.0.0.1:1", "ray://127.0.0.1:1", "nowhere.invalid:6379", "rubbish"])
def test_no_cluster_at_the_address_is_an_error(tmp_path: Path, nobody: str) -> None:
    with pytest.raises(KildesporError, match="no Ray cluster answers"):
        batch([json_lines(tmp_path / "a.jsonl", 1)], tmp_path / "out", ray=nobody)
