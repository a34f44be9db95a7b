"""The table of the pages, read from the source: tests that go by it grow by themselves."""
import dataclasses
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "Sources/Dashboard/Server"


@dataclasses.dataclass(frozen=True)
class Route:
    method: str
    path: str
    formats: tuple
    # Or several: `operator or auditor`.
    role: str

    def addresses(self):
        """The path of each format."""
        for name in self.formats:
            yield self.path if name == "html" else f"{self.path.rstrip('/')}.{name}"

    def fits(self, path):
        """Whether an address is one of this route's, in whichever format."""
        names = "|".join(name for name in self.formats if name != "html")
        end = f"(/|\\.({names}))" if names else "/"
        if self.path == "/telemetry/":
            return path == "/telemetry/"
        pattern = re.sub(r":\w+", "[^/]+", self.path.rstrip("/"))
        return re.fullmatch(f"{pattern}{end if self.path.endswith('/') else ''}", path) is not None


def routes():
    """Pages, then what changes something."""
    text = (FOLDER / "Routes.swift").read_text()
    found = []
    for path, rest in re.findall(r'\.page\(\s*"([^"]+)"(.*?)make:', text, re.S):
        formats = re.search(r"\[([^\]]*)\]", rest)
        names = re.findall(r"\.(\w+)", formats[1]) if formats else ["html"]
        roles = re.search(r"for:\s*((?:\.\w+,\s*)+)", rest)
        found.append(Route("GET", path, tuple(names), " or ".join(re.findall(r"\w+", roles[1])) if roles else "analyst"))
    assert len(found) == len(re.findall(r"make:", text)) >= 7, "the table is written in another way"
    text = (FOLDER / "Actions.swift").read_text()
    actions = re.findall(r'Action\(\s*path: "([^"]+)", role: \.(\w+)', text)
    assert len(actions) == len(re.findall(r"Action\(", text)) >= 4, "the table is written in another way"
    return found + [Route("POST", path, ("html",), role) for path, role in actions]
