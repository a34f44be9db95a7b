"""The texts of the program as they stand in its source, to compare a page with: what is filled in may be anything."""
import functools
import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "Sources"
FILLED = "\0"


def _literals(text):
    """Each string literal of Swift, with FILLED for what is filled in."""
    text = re.sub(r"\\\n\s*", "", text)
    for literal in re.findall(r'"""\n(.*?)"""|"((?:[^"\\\n]|\\\((?:[^()"]|\((?:[^()"]|\([^()]*\))*\)|"[^"\n]*")*\)|\\.)*)"', text, re.S):
        words = literal[0] or literal[1]
        words = re.sub(r"\\\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", FILLED, words)
        yield words.replace('\\"', '"')


@functools.cache
def texts():
    found = set()
    for path in SOURCES.rglob("*.swift"):
        found.update(_literals(path.read_text()))
    return [text for text in found if len(text.replace(FILLED, "")) >= 4]


@functools.cache
def _patterns():
    return [(re.compile(re.escape(text).replace(re.escape(FILLED), ".+")), len(text.replace(FILLED, ""))) for text in texts()]


def is_said(phrase):
    """Whether the program says `phrase`, in which …, numbers and words in capitals stand for anything.

    A text that another one is put into has to be most of what is said; a cause behind a colon may be a text of its own.
    """
    fixed = [part.strip() for part in re.split(r"…|\b[A-Z]+\b|\d+", phrase) if part.strip()]
    wanted = re.compile(".*".join(re.escape(part) for part in fixed))
    if not fixed or any(wanted.search(text) for text in texts()):
        return True
    if any(size >= 0.4 * len(phrase) and pattern.fullmatch(phrase) for pattern, size in _patterns()):
        return True
    head, colon, tail = phrase.partition(": ")
    return bool(colon) and tail != "…" and is_said(f"{head}: …") and is_said(tail)
