"""Markdown as a forge shows it: headings with the anchors that they get, links, and no link in code."""
import re


def prose(text):
    """The text without blocks and words of code."""
    text = re.sub(r"^(`{3,}).*?^\1`*$", "", text, flags=re.M | re.S)
    text = re.sub(r"(?:\A|(?<=\n\n))(?: {4}[^\n]*\n)+", "", text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)


def links(text):
    """The targets of all links and pictures."""
    return re.findall(r"\]\(<?([^)\s>]+)>?\)", prose(text)) + re.findall(r"^\[[^\]]+\]: *(\S+)", prose(text), re.M)


def anchors(text):
    """What a link can name after the `#`: each heading in small letters, with hyphens for spaces and without other marks."""
    text = re.sub(r"^(`{3,}).*?^\1`*$", "", text, flags=re.M | re.S)
    found = []
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.M):
        name = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", name).replace(" ", "-")
        found.append(name if name not in found else f"{name}-{sum(other.startswith(name) for other in found)}")
    return set(found)


def broken(path, text):
    """The links of a document that lead nowhere, each with the reason."""
    for link in links(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            if not link.startswith("https://"):
                yield f"{path}: {link} is neither a path nor https"
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            yield f"{path}: {link} leads to no file"
        elif anchor and anchor not in anchors(target.read_text() if target != path else text):
            yield f"{path}: {link} leads to no heading"
