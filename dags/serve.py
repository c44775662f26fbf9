"""Starts Airflow beside a site on loopback, runs its night there, and stops it again without leaving a process.

python dags/serve.py night --site DIR     run the nightly DAG once through a real scheduler, then stop
python dags/serve.py up    --site DIR     start and stay; the web page is on loopback
python dags/serve.py down  --site DIR     stop
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Callable

DAGS = Path(__file__).resolve().parent
START_LIMIT_S = 120
NIGHT_LIMIT_S = 1800
COMPONENTS = (
    ("api-server", "--workers", "1"),
    ("scheduler", "--skip-serve-logs"),
    ("dag-processor",),
)


@dataclass(frozen=True)
class Deployment:
    """One Airflow beside one site: its home, its port, and the file that names its process group."""

    site: Path

    @property
    def home(self) -> Path:
        """Airflow's own files."""
        return self.site / "var" / "airflow"

    @property
    def group_file(self) -> Path:
        """Where the running process group is written down: its number and its port."""
        return self.home / "running.json"

    def environment(self, port: int, *, is_scheduled: bool) -> dict[str, str]:
        """What every component needs: loopback only, this site, one thread a library call; a schedule or none."""
        base = f"http://127.0.0.1:{port}"
        return {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PARALLELISM": str(os.cpu_count() or 2),
            "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": str(os.cpu_count() or 2),
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(port),
            "AIRFLOW__API__BASE_URL": base,
            "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "EVENKEEL_SITE": str(self.site),
            # Without this, unpausing the DAG would start the last scheduled night beside the one asked for.
            **({} if is_scheduled else {"EVENKEEL_NIGHTLY_SCHEDULE": ""}),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "NO_PROXY": "127.0.0.1",
        }


def main() -> int:
    """Read the command line and do what it says; 0 done, 1 failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("night", "up", "down"))
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--night", default=None, help="judge up to this local day, YYYY-MM-DD")
    asked = parser.parse_args()
    deployment = Deployment(asked.site.resolve())
    if asked.what == "down":
        return stop(deployment)
    port = start(deployment, is_scheduled=asked.what == "up")
    if asked.what == "up":
        password = deployment.home / "simple_auth_manager_passwords.json.generated"
        print(f"Airflow is on http://127.0.0.1:{port} (user admin, password in {password}). Stop it with: make down")
        return 0
    try:
        return run_night(deployment, port, asked.night)
    finally:
        stop(deployment)


def start(deployment: Deployment, *, is_scheduled: bool) -> int:
    """Prepare Airflow's database and pool, start the components in one process group, and wait until they answer."""
    if deployment.group_file.exists():
        stop(deployment)
    deployment.home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = deployment.environment(port, is_scheduled=is_scheduled)
    print("starting Airflow …", flush=True)
    _quietly(["airflow", "db", "migrate"], environment, deployment)
    _quietly(
        ["airflow", "pools", "set", "evenkeel_writer", "1", "one writer of facts at a time"], environment, deployment
    )
    group = 0
    for component in COMPONENTS:
        with (deployment.home / f"{component[0]}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- fixed words
                [str(Path(sys.executable).parent / "airflow"), *component],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                process_group=group,
            )
        group = group or process.pid
        deployment.group_file.write_text(json.dumps({"group": group, "port": port}))
    _wait(lambda: _healthy(port), START_LIMIT_S, "Airflow to answer", deployment)
    return port


def stop(deployment: Deployment) -> int:
    """End the process group: politely, then for good; and make sure that nothing is left of it."""
    if not deployment.group_file.exists():
        return 0
    group = json.loads(deployment.group_file.read_text())["group"]
    for sign, patience_s in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 4.0)):
        if not _signal(group, sign):
            break
        limit = time.monotonic() + patience_s
        while time.monotonic() < limit and _signal(group, 0):
            _reap()
            time.sleep(0.1)
    deployment.group_file.unlink(missing_ok=True)
    return 0


def run_night(deployment: Deployment, port: int, night: str | None) -> int:
    """Trigger the nightly DAG, print each task as it ends, and say how the run ended."""
    session = _signed_in(deployment, port)
    base = f"http://127.0.0.1:{port}/api/v2/dags/evenkeel_nightly"
    _wait(lambda: session.get(base, timeout=10).ok, START_LIMIT_S, "the nightly DAG to be parsed", deployment)
    session.patch(base, json={"is_paused": False}, timeout=30).raise_for_status()
    body = {"logical_date": datetime.now(UTC).isoformat(), "conf": {"night": night}}
    run = session.post(f"{base}/dagRuns", json=body, timeout=30)
    run.raise_for_status()
    url = f"{base}/dagRuns/{requests.utils.quote(run.json()['dag_run_id'], safe='')}"
    seen: set[tuple[str, int]] = set()
    limit = time.monotonic() + NIGHT_LIMIT_S
    while time.monotonic() < limit:
        state = session.get(url, timeout=30).json()["state"]
        _print_ended(session, url, seen)
        if state in {"success", "failed"}:
            print(f"nightly run: {state}", flush=True)
            return 0 if state == "success" else 1
        time.sleep(1.0)
    print(f"nightly run: still going after {NIGHT_LIMIT_S} s; see {deployment.home}/scheduler.log", file=sys.stderr)
    return 1


def _print_ended(session: requests.Session, url: str, seen: set[tuple[str, int]]) -> None:
    """One line for each task that ended since the last look."""
    listed = session.get(f"{url}/taskInstances", params={"limit": 100}, timeout=30).json()["task_instances"]
    for task in sorted(listed, key=lambda task: task["end_date"] or ""):
        key = (task["task_id"], task["map_index"])
        if task["state"] in {"success", "failed", "skipped", "upstream_failed"} and key not in seen:
            seen.add(key)
            part = f" {task['map_index'] + 1}" if task["map_index"] >= 0 else ""
            print(f"  {task['task_id']}{part}: {task['state']} in {task['duration'] or 0:.1f} s", flush=True)


def _signed_in(deployment: Deployment, port: int) -> requests.Session:
    """A session that carries the token of Airflow's own administrator."""
    words = json.loads((deployment.home / "simple_auth_manager_passwords.json.generated").read_text())
    answer = requests.post(
        f"http://127.0.0.1:{port}/auth/token",
        json={"username": "admin", "password": words["admin"]},
        timeout=30,
    )
    answer.raise_for_status()
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def _quietly(command: list[str], environment: dict[str, str], deployment: Deployment) -> None:
    """Run a set-up command, its output kept in a file; say where when it fails."""
    log = deployment.home / "setup.log"
    with log.open("ab") as output:
        done = subprocess.run(  # noqa: S603 -- fixed words
            [str(Path(sys.executable).parent / command[0]), *command[1:]],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}; see {log}")


def _healthy(port: int) -> bool:
    """Whether the web server answers and the scheduler has shown a sign of life."""
    try:
        answer: dict[str, Any] = requests.get(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5).json()
    except (requests.RequestException, ValueError):
        return False
    return all(answer[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


def _wait(ready: Callable[[], bool], limit_s: float, what: str, deployment: Deployment) -> None:
    """Look twice a second until it is so; stop everything and say where to look when it never is."""
    limit = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > limit:
            stop(deployment)
            sys.exit(f"waited {limit_s:.0f} s for {what}; see the logs in {deployment.home}")
        time.sleep(0.5)


def _free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _signal(group: int, sign: int) -> bool:
    """Send a signal to our own process group; whether anything of it is still there."""
    try:
        os.killpg(group, sign)
    except ProcessLookupError:
        return False
    return True


def _reap() -> None:
    """Collect children that ended, so that the group empties."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    sys.exit(main())
