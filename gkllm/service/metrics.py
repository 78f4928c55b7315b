"""What Prometheus is told."""

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from gkllm.service.events import Events
    from gkllm.service.reading import ReadingRoom

_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """Counts of one service; a registry of its own, so that several can be in one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "gkllm_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "gkllm_request_seconds",
            "Seconds to the first byte of an answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.documents = Counter("gkllm_documents", "Documents done with.", registry=self._registry)
        self.received = Counter("gkllm_received_bytes", "Bytes handed over.", registry=self._registry)
        self.decisions = Counter("gkllm_decisions", "Decisions made here.", registry=self._registry)

    def watch(self, reading: "ReadingRoom", events: "Events") -> None:
        """Tell, whenever it is asked, how much there is to do."""
        gauges = (
            ("gkllm_documents_waiting", "Documents accepted and not read.", lambda: reading.waiting),
            ("gkllm_documents_under_way", "Documents being read.", lambda: reading.under_way),
            ("gkllm_listeners", "Event streams that are open.", lambda: events.listeners),
        )
        for name, about, value in gauges:
            Gauge(name, about, registry=self._registry).set_function(value)

    def told(self) -> bytes:
        """All of it, in Prometheus' own format."""
        return generate_latest(self._registry)
