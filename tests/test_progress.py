import io
import sys

import pytest

from dedup import progress as told
from dedup.progress import reporting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class AtOnce:
    """A timer whose time has come when it is started."""

    def __init__(self, seconds: float, call) -> None:
        self.call = call
        self.daemon = False

    def start(self) -> None:
        self.call()

    def cancel(self) -> None:
        pass


class Never(AtOnce):
    def start(self) -> None:
        pass


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Not as a fixture, for pytest sets standard error again between a fixture and its test."""
    monkeypatch.setenv("TERM", "xterm")
    stderr = Terminal()
    monkeypatch.setattr(sys, "stderr", stderr)
    return stderr


def work(shown: bool = True) -> None:
    with reporting(shown) as tell:
        tell("reading files", 3, 1_200)
        tell("comparing", 0, None)
        tell("reading files", 1_200, 1_200)


def test_what_is_soon_done_draws_nothing(monkeypatch):
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(told, "Timer", Never)
    work()
    assert terminal.getvalue() == ""


def test_a_long_run_is_drawn_on_the_terminal_and_taken_away(monkeypatch):
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(told, "Timer", AtOnce)
    work()
    shown = terminal.getvalue()
    assert "reading files" in shown
    assert "1,200 of 1,200" in shown
    assert shown.endswith("\x1b[2K")  # the line is emptied
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # the cursor is hidden, and shown again


def test_the_terminal_is_left_as_it_was_after_an_interrupt(monkeypatch):
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(told, "Timer", AtOnce)

    def interrupted() -> None:
        with reporting(True) as tell:
            tell("comparing", 0, None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert terminal.getvalue().endswith("\x1b[2K")
    assert terminal.getvalue().count("\x1b[?25h") == 1


def test_what_was_told_before_it_is_drawn_is_drawn(monkeypatch):
    terminal = on_terminal(monkeypatch)
    seen = told._Seen()
    seen.tell("comparing", 0, None)
    seen.draw()
    seen.end()
    assert "comparing" in terminal.getvalue()


def test_work_that_has_ended_is_not_drawn_any_more(monkeypatch):
    terminal = on_terminal(monkeypatch)
    seen = told._Seen()
    seen.tell("comparing", 0, None)
    seen.end()
    seen.draw()
    assert terminal.getvalue() == ""


def test_only_the_step_under_way_is_drawn(monkeypatch):
    on_terminal(monkeypatch)
    seen = told._Seen()
    seen.draw()
    seen.tell("reading files", 7, 7)
    seen.tell("comparing", 0, None)
    assert seen._bars is not None
    assert [task.description for task in seen._bars.tasks if task.visible] == ["comparing"]
    seen.end()


@pytest.mark.parametrize("place", ["a file", "a dumb terminal", "nowhere"])
def test_nothing_is_drawn_elsewhere(monkeypatch, place):
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(told, "Timer", AtOnce)
    monkeypatch.setenv("FORCE_COLOR", "1")
    stderr = {"a file": io.StringIO(), "a dumb terminal": terminal, "nowhere": None}[place]
    monkeypatch.setattr(sys, "stderr", stderr)
    if place == "a dumb terminal":
        monkeypatch.setenv("TERM", "dumb")
    work()
    assert stderr is None or stderr.getvalue() == ""


@pytest.mark.parametrize("progress", [None, False])
def test_nothing_is_drawn_unasked(monkeypatch, progress):
    terminal = on_terminal(monkeypatch)
    monkeypatch.setattr(told, "Timer", AtOnce)
    work(progress)
    assert terminal.getvalue() == ""
