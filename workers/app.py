"""The Celery application: broker, delivery rules and the beat schedule.

Messages carry no state. Each periodic task asks the catalogue what is due, so a broker that was emptied, or a message
delivered twice, changes nothing.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Celery, Task

from saksi.errors import BadInput, Unavailable
from saksi.messages import register
from saksi.settings import settings

register(
    "broker_unset",
    en=("SAKSI_BROKER_URL is not set.", "Point it at Redis or Valkey, or start everything with `saksi up`."),
    id_=(
        "SAKSI_BROKER_URL belum diatur.",
        "Arahkan ke Redis atau Valkey, atau jalankan semuanya dengan `saksi up`.",
    ),
)

log = logging.getLogger("saksi.workers")

# A task killed with its worker comes back after the visibility timeout; kombu's default sweep would take minutes more.
VISIBILITY_SECONDS = 120


# Packages take minutes to hours and must keep nobody else waiting: they have a queue, and a process, of their own.
EXPORTS = "exports"


# A line for every message of every beat would bury what matters, and fill a disk in the end.
_CHATTY = ("celery.beat", "celery.worker.strategy", "celery.app.trace")


class Duty(Task):  # type: ignore[misc]  # Celery has no types
    """A task that the beat asks for again: a service that does not answer is told in a line, where Celery would write
    its traceback every two seconds for as long as it is away."""

    throws = (Unavailable,)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Celery's own hook."""
        if isinstance(exc, Unavailable):
            log.warning("%s: %s", self.name, exc)


def create_app() -> Celery:
    """The application every worker and beat process runs. Raises BadInput without a broker address."""
    broker = settings().broker_url
    if broker is None:
        raise BadInput("broker_unset", field="SAKSI_BROKER_URL")
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    celery = Celery(
        "saksi",
        broker=broker.get_secret_value(),
        task_cls=Duty,
        include=[
            "workers.exports",
            "workers.audit",
            "workers.compliance",
            "workers.ledger",
            "workers.pressure",
            "workers.object_holds",
            "workers.redactions",
            "workers.retention",
            "workers.scrub",
            "workers.thinning",
            "workers.thumbnails",
            "workers.upkeep",
        ],
    )
    celery.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=110,
        task_soft_time_limit=100,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 10,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
            "socket_timeout": 30,
        },
        timezone="UTC",
        beat_max_loop_interval=2,
        # `expires` keeps messages from piling up while no worker runs; the next beat asks again anyway.
        beat_schedule={
            "thumbnails": {"task": "thumbnails.make_due", "schedule": 2.0, "options": {"expires": 4}},
            "redactions": {
                "task": "redactions.make_due",
                "schedule": 2.0,
                "options": {"expires": 4, "queue": EXPORTS},
            },
            "seals": {"task": "upkeep.seal_hours", "schedule": 60.0, "options": {"expires": 60}},
            "audit": {"task": "audit.seal", "schedule": 5.0, "options": {"expires": 5}},
            "checkpoint": {"task": "ledger.checkpoint", "schedule": 60.0, "options": {"expires": 60}},
            "canary": {"task": "ledger.canary", "schedule": 60.0, "options": {"expires": 60}},
            "object-holds": {"task": "object_holds.work", "schedule": 10.0, "options": {"expires": 10}},
            "seal-lines": {"task": "upkeep.write_seal_lines", "schedule": 30.0, "options": {"expires": 30}},
            "exports": {
                "task": "exports.build_due",
                "schedule": 2.0,
                "options": {"expires": 4, "queue": EXPORTS},
            },
            "announce-purge": {"task": "retention.announce", "schedule": 60.0, "options": {"expires": 60}},
            "purge": {"task": "retention.purge_due", "schedule": 15.0, "options": {"expires": 15}},
            "digest": {"task": "retention.mail_digest", "schedule": 60.0, "options": {"expires": 60}},
            "drop-days": {"task": "retention.drop_days", "schedule": 1800.0, "options": {"expires": 1800}},
            "scrub": {"task": "scrub.round", "schedule": 10.0, "options": {"expires": 10}},
            "space": {"task": "retention.watch", "schedule": 180.0, "options": {"expires": 180}},
            "thinning": {"task": "thinning.work", "schedule": 60.0, "options": {"expires": 60}},
            "announce-thinned": {"task": "thinning.announce", "schedule": 300.0, "options": {"expires": 300}},
            "tickets": {"task": "compliance.tickets", "schedule": 600.0, "options": {"expires": 600}},
            "days": {"task": "upkeep.prepare_days", "schedule": 3600.0, "options": {"expires": 3600}},
        },
    )
    return celery


app = create_app()
