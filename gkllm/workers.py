"""Processes that take calls off a queue, each call within limits: what one does to its process costs it alone."""

from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from gkllm.confined import Child
from gkllm.errors import LimitExceeded, ProcessDied

T = TypeVar("T")
R = TypeVar("R")


class Workers(Generic[T, R]):
    """`count` processes for calls of `function`, which is a module's own; limits as those of a Child."""

    def __init__(
        self, function: Callable[[T], R], count: int, *, seconds: int, memory: int, patience: float
    ) -> None:
        self._function = function
        self._tasks: SimpleQueue[T | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[T, R | Exception]] = SimpleQueue()
        self._children = [Child(seconds=seconds, memory=memory, patience=patience) for _ in range(count)]
        self._closed = False
        for child in self._children:
            # Of a program that leaves in haste no thread is waited for.
            Thread(target=self._serve, args=(child,), daemon=True).start()

    def map(self, tasks: Iterable[T]) -> Iterator[tuple[T, R | LimitExceeded]]:
        """Each task with what the function makes of it, or with the limit that ended it, as they are done. Tasks are
        taken as they are needed, two for each process.

        Raises:
            Whatever else the function raises.
        """
        remaining = iter(tasks)
        under_way = 0
        while True:
            for task in remaining:
                self._tasks.put(task)
                under_way += 1
                if under_way >= 2 * len(self._children):
                    break
            if not under_way:
                return
            task, result = self._done.get()
            under_way -= 1
            if isinstance(result, Exception) and not isinstance(result, LimitExceeded):
                raise result
            yield task, result

    def close(self) -> None:
        """End every process, at work or not."""
        self._closed = True
        for child in self._children:
            self._tasks.put(None)
            child.end()

    def _serve(self, child: Child) -> None:
        while (task := self._tasks.get()) is not None and not self._closed:
            self._done.put((task, self._result(child, task)))

    def _result(self, child: Child, task: T) -> R | Exception:
        try:
            return call_twice(child, self._function, task)
        except Exception as error:
            return error


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
