"""What ``[cluster]`` means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """Where jobs run; see the table ``[cluster]`` for what the fields mean.

    Files of TLS bear their whole path, whatever the config's own place makes of it.
    """

    executor: str
    queue_system: str
    queue: str
    account: str
    jobs: int
    cores: int
    memory: str
    walltime: str
    parallel_environment: str
    command: tuple[str, ...]
    prologue: tuple[str, ...]
    directives: tuple[str, ...]
    tls_ca_file: str
    tls_cert: str
    tls_key: str
