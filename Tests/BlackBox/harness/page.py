"""A page of the documentation, read as somebody does who follows it."""
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "Sources/alidade/Documentation.docc"


def text(name):
    return (FOLDER / f"{name}.md").read_text()


def steps(name):
    """Each block of the page in turn: its language, the paragraph before it, and its text."""
    found, paragraph, is_over, block, language = [], "", True, None, ""
    for line in text(name).splitlines():
        if block is not None and line == "```":
            found.append((language, paragraph, "\n".join(block)))
            block, paragraph = None, ""
        elif block is not None:
            block.append(line)
        elif line.startswith("```"):
            block, language = [], line[3:]
        elif not line:
            is_over = True
        else:
            paragraph, is_over = line if is_over else f"{paragraph} {line}", False
    return found
