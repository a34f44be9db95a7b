#!/usr/bin/env python3
"""How far Alidade agrees with ua-parser's uap-core on browsers, operating systems and robots.

    agreement.py --program .build/release/alidade-bench tests/test_ua.yaml tests/test_os.yaml tests/test_device.yaml

The corpus files are those of uap-core (https://github.com/ua-parser/uap-core, folder tests); they are not part of this repository. A file whose
name contains `ua` is taken for browsers, `os` for systems, `device` for robots (device family `Spider`). A file `*.tsv` holds real traffic:
user agent, browser, system and device family as uap-core names them, and how often it was seen. Needs PyYAML for YAML files.

Counted are the families that make up at least 0.1 % of real traffic; --all counts every family. The last line is a sum.
"""
import argparse
import collections
import pathlib
import subprocess
import sys

# uap-core tells the kind of device in the name of a browser, and every distribution of Linux apart; Alidade does neither.
BROWSERS = {
    "Chrome Mobile": "Chrome", "Chrome Mobile iOS": "Chrome", "Chrome Mobile WebView": "Chrome", "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "WebKit", "Firefox Mobile": "Firefox", "Firefox iOS": "Firefox", "Edge Mobile": "Edge",
    "IE": "Internet Explorer", "IE Mobile": "Internet Explorer", "DuckDuckGo Mobile": "DuckDuckGo", "Opera Mobile": "Opera",
    "Opera Tablet": "Opera", "Opera Touch": "Opera", "Android": "Android Browser", "QQ Browser Mobile": "QQ Browser",
    "QQ Browser Mini": "QQ Browser", "Python Requests": "python-requests", "Other": "other", "": "other",
}
SYSTEMS = {
    "Mac OS X": "macOS", "Mac OS": "macOS", "Chrome OS": "ChromeOS", "ATV OS X": "tvOS", "FreeBSD": "BSD", "OpenBSD": "BSD", "NetBSD": "BSD",
    "BlackBerry OS": "BlackBerry", "BlackBerry Tablet OS": "BlackBerry", "Symbian OS": "Symbian", "Other": "other", "": "other",
} | dict.fromkeys("Ubuntu Fedora Debian CentOS SUSE Gentoo Kubuntu Slackware Mandriva Puppy Mint".split() + ["Red Hat", "Arch Linux", "Linux Mint"], "Linux")

# At least 0.1 % of the user agents that ua-parser 1.0 (samples/useragents.txt) or fake-useragent 2.2 saw.
COMMON_BROWSERS = {
    "Chrome", "Safari", "Edge", "Firefox", "Samsung Internet", "Opera", "Facebook", "Instagram", "Google", "WebKit", "Apple Mail",
    "MiuiBrowser", "Huawei Browser", "Amazon Silk", "DuckDuckGo", "Flipboard", "UC Browser", "Yandex Browser", "Android Browser",
    "Internet Explorer",
}
COMMON_SYSTEMS = {"Android", "iOS", "iPadOS", "macOS", "Windows", "Linux", "ChromeOS", "Tizen"}


def expected_system(family, agent):
    if family == "iOS" and "iPad" in agent:
        return "iPadOS"
    return "Windows" if family.startswith("Windows ") and family.split()[1] not in ("Phone", "Mobile") else SYSTEMS.get(family, family)


def cases(path):
    """(user agent, part, expected, weight) of a corpus file."""
    if path.suffix == ".tsv":
        for line in path.read_text(encoding="utf-8").splitlines():
            agent, browser, system, device, weight = line.split("\t")
            is_robot = device == "Spider"
            yield agent, "browsers", "bot" if is_robot else BROWSERS.get(browser, browser), float(weight)
            if not is_robot:
                yield agent, "systems", expected_system(system, agent), float(weight)
        return
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    part = next((part for word, part in (("device", "robots"), ("os", "systems"), ("ua", "browsers")) if word in path.stem), None)
    if not part:
        sys.exit(f"{path}: the name says neither ua, os nor device")
    for case in yaml.load(path.read_text(encoding="utf-8"), loader)["test_cases"]:
        agent, family = case["user_agent_string"], str(case["family"] or "")
        if part == "robots":
            if family == "Spider":
                yield agent, part, "bot", 1
        elif part == "systems":
            yield agent, part, expected_system(family, agent), 1
        else:
            yield agent, part, BROWSERS.get(family, family), 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="alidade-bench")
    parser.add_argument("--all", action="store_true", help="every family, however rare")
    parser.add_argument("--show", type=int, default=5, metavar="N", help="the N commonest differences of each part")
    parser.add_argument("corpus", nargs="+", type=pathlib.Path)
    options = parser.parse_args()

    rows = [row for path in options.corpus for row in cases(path) if "\n" not in row[0]]
    if not options.all:
        common = {"browsers": COMMON_BROWSERS | {"bot"}, "systems": COMMON_SYSTEMS, "robots": {"bot"}}
        rows = [row for row in rows if row[2] in common[row[1]]]
    if not rows:
        sys.exit("nothing to compare")
    said = subprocess.run([options.program, "agents"], input="".join(row[0] + "\n" for row in rows), capture_output=True,
                          text=True, check=True).stdout.splitlines()
    total, agreed, differences = collections.Counter(), collections.Counter(), {}
    for (agent, part, expected, weight), answer in zip(rows, said, strict=True):
        found = answer.split("\t")[1 if part == "systems" else 0]
        total[part] += weight
        if found == expected:
            agreed[part] += weight
        else:
            differences.setdefault(part, collections.Counter())[expected, found] += weight
    for part in sorted(total):
        print(f"{part}: {100 * agreed[part] / total[part]:.2f} % of {total[part]:g}")
        for (expected, found), weight in differences.get(part, collections.Counter()).most_common(options.show):
            print(f"    {weight:g}: {expected} was taken for {found}")


if __name__ == "__main__":
    main()
