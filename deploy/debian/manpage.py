#!/usr/bin/env python3
"""Writes alidade(1) from what the program says of itself, so that the page cannot differ from it.

    alidade --experimental-dump-help | manpage.py REST VERSION DATE >alidade.1

REST has the sections that the program does not know: files, environment, signals.
"""
import json
import re
import sys


def roff(text):
    """Text as roff has it: no macro at the beginning of a line, no escape, no dash that is a hyphen."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return re.sub(r"(?m)^\.", "\\&.", text)


def name(spelling):
    return ("-" if spelling["kind"] == "short" else "--") + spelling["name"]


def title(argument):
    value = f" \\fI{roff(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    if argument["kind"] == "positional":
        return f"\\fI{roff(argument['valueName'])}\\fR" + (" ..." if argument.get("isRepeating") else "")
    return ", ".join(f"\\fB{roff(name(spelling))}\\fR" for spelling in argument["names"]) + value


def synopsis(argument):
    return f"[{title(argument)}]" if argument.get("isOptional") else title(argument)


def paragraph(text):
    """Flowing text; the lines of examples stay lines."""
    title, *lines = text.splitlines()
    if title.strip() != "Examples:":
        return roff(" ".join(text.split()))
    return "\n".join(["Examples:", ".RS", ".nf", *(roff(line.strip()) for line in lines), ".fi", ".RE"])


def paragraphs(text):
    return "\n.PP\n".join(paragraph(part) for part in re.split(r"\n\s*\n", text.strip()))


def arguments(command):
    return [argument for argument in command.get("arguments", [])
            if argument.get("shouldDisplay", True) and argument.get("valueName") not in ("help", "version")]


def lines_of(command, path):
    """One section for each command that does something; a group is told by its members."""
    children = [child for child in command.get("subcommands", []) if child["commandName"] != "help" and child.get("shouldDisplay", True)]
    if path and not children:
        yield f'.SS "{roff(" ".join(path))}"'
        yield f".B {roff(' '.join(['alidade', *path]))}"
        yield from (synopsis(argument) for argument in arguments(command))
        yield ".PP"
        yield roff(command.get("abstract", ""))
        if command.get("discussion"):
            yield f".PP\n{paragraphs(command['discussion'])}"
        for argument in arguments(command):
            words = argument.get("abstract", "")
            if argument.get("defaultValue"):
                words += f" (default: {argument['defaultValue']})"
            yield f".TP\n{title(argument)}\n{roff(words)}"
    for child in children:
        yield from lines_of(child, [*path, child["commandName"]])


def main(rest, version, date):
    command = json.load(sys.stdin)["command"]
    print(f'.TH ALIDADE 1 "{date}" "alidade {version}" "User Commands"')
    print(f".SH NAME\nalidade \\- {roff(command['abstract'][0].lower() + command['abstract'][1:].rstrip('.'))}")
    print(".SH SYNOPSIS\n.B alidade\n.I command\n[\\fIoption\\fR ...]\n.PP\n.B alidade \\-\\-help\n.PP\n.B alidade \\-\\-version")
    print(f".SH DESCRIPTION\n{paragraphs(command['discussion'])}")
    print(".SH COMMANDS")
    print("\n".join(lines_of(command, [])))
    with open(rest) as file:
        print(file.read(), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
