"""A page of the documentation, read as somebody does who follows it."""
import pathlib
import re

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


def section(name, title):
    """What stands below a heading, up to the next one of its level or above."""
    level = re.search(rf"^(#+) {re.escape(title)}$", text(name), re.M)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", text(name).split(f"\n{level} {title}\n")[1], flags=re.M)[0]


def rows(part):
    """The rows of all tables, without their heads: the cells of each."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("|")]
    rules = {place for place, cells in enumerate(lines) if set("".join(cells)) == {"-"}}
    return [cells for place, cells in enumerate(lines) if not {place, place + 1} & rules]
