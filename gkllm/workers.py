"""Processes that take calls off a queue, each call within limits: what one does to its process costs it alone."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from gkllm.confined import Child
from gkllm.errors import LimitExceeded, ProcessDied

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


class Workers(Generic[T, R]):
    """`count` processes for calls of `function`, which is a module's own; limits as those of a Child."""

    def __init__(
        self, function: Callable[[T], R], count: int, *, seconds: int, memory: int, patience: float
    ) -> None:
        self._function = function
        self._tasks: SimpleQueue[tuple[T, Future[R]] | None] = SimpleQueue()
        self._children = [Child(seconds=seconds, memory=memory, patience=patience) for _ in range(count)]
        self._closed = False
        for child in self._children:
            # Of a program that leaves in haste no thread is waited for.
            Thread(target=self._serve, args=(child,), daemon=True).start()

    def prepare(self, function: Callable[[P], object], what: P) -> None:
        """Have every process started, and call a function in it before its first task."""
        for child in self._children:
            Thread(target=_prepared, args=(child, function, what), daemon=True).start()

    def submit(self, task: T) -> "Future[R]":
        """Have the function called with the task, after those that were submitted before.

        The future raises what the function raises, or the LimitExceeded that ended it.
        """
        future: Future[R] = Future()
        self._tasks.put((task, future))
        return future

    def map(self, tasks: Iterable[T]) -> Iterator[tuple[T, R | LimitExceeded]]:
        """Each task with what the function makes of it, or with the limit that ended it, as they are done. Tasks are
        taken as they are needed, two for each process.

        Raises:
            Whatever else the function raises.
        """
        remaining = iter(tasks)
        done: SimpleQueue[tuple[T, Future[R]]] = SimpleQueue()
        under_way = 0
        while True:
            for task in remaining:
                self.submit(task).add_done_callback(lambda future, task=task: done.put((task, future)))  # type: ignore[misc]
                under_way += 1
                if under_way >= 2 * len(self._children):
                    break
            if not under_way:
                return
            task, future = done.get()
            under_way -= 1
            error = future.exception()
            yield task, error if isinstance(error, LimitExceeded) else future.result()

    def close(self) -> None:
        """End every process, at work or not."""
        self._closed = True
        for child in self._children:
            self._tasks.put(None)
            child.end()

    def _serve(self, child: Child) -> None:
        while (taken := self._tasks.get()) is not None and not self._closed:
            task, future = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = call_twice(child, self._function, task)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(result)


def _prepared(child: Child, function: Callable[[P], object], what: P) -> None:
    # What is wrong is told when the first task meets it.
    with suppress(Exception):
        child.call(function, what)


def call_twice(child: Child, function: Callable[[T], R], task: T) -> R:
    """The call's result. One whose process dies is begun a second time: the first may have died by another's hand, such
    as the system's when memory is short.

    Raises:
        LimitExceeded: the call took too much time or memory, or its process died twice.
    """
    try:
        return child.call(function, task)
    except ProcessDied:
        return child.call(function, task)
