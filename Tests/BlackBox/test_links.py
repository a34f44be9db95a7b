"""Links work where people read: in a checkout, on a forge, and in the folder of the package."""
import pathlib
import re

from harness import markdown

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTATION = PROJECT / "Sources/alidade/Documentation.docc"


def documents():
    """Every Markdown file of the project; what is built or fetched lies in folders that begin with a dot."""
    return sorted(path for path in PROJECT.rglob("*.md") if not any(part.startswith(".") for part in path.relative_to(PROJECT).parts))


def test_every_link_leads_to_a_file_and_a_heading():
    found = {path: path.read_text() for path in documents()}
    assert {PROJECT / "README.md", PROJECT / "CHANGELOG.md", DOCUMENTATION / "Operating.md"} <= set(found)
    assert sum(len(markdown.links(text)) for text in found.values()) > 60
    assert [fault for path, text in found.items() for fault in markdown.broken(path, text)] == []


def test_a_link_that_leads_nowhere_is_seen():
    page = DOCUMENTATION / "Operating.md"
    for fault in ("[x](Nowhere.md)", "[x](Operating.md#no-such-heading)", "[x](#no-such-heading)", "[x](doc:Operating)", "[x](http://plain)"):
        assert len(list(markdown.broken(page, f"# Title\n\n{fault}\n"))) == 1, fault
    for right in ("[x](TLS.md)", "[x](#title)", "[x](TLS.md#overview)", "`[x](Nowhere.md)`", "    [x](Nowhere.md)", "```\n[x](Nowhere.md)\n```"):
        assert list(markdown.broken(page, f"# Title\n\n{right}\n")) == [], right


def test_no_document_links_as_only_a_built_documentation_does():
    for path in documents():
        assert "<doc:" not in markdown.prose(path.read_text()), path


def test_the_pages_link_to_each_other_only_because_they_are_installed_without_the_rest():
    for page in DOCUMENTATION.rglob("*.md"):
        for link in markdown.links(page.read_text()):
            if not link.startswith(("https://", "#")):
                assert (page.parent / link.partition("#")[0]).resolve().is_relative_to(DOCUMENTATION), f"{page.name}: {link}"


def test_every_page_that_the_code_names_is_there():
    pages = {page.name for page in DOCUMENTATION.rglob("*.md")}
    named = 0
    for path in (path for folder in ("Sources", "Tests") for path in PROJECT.glob(f"{folder}/*/**/*.swift")):
        for name in re.findall(r"<doc:([\w-]+)>", text := path.read_text()) + re.findall(r"Documentation\.docc/(?:\w+/)?([\w-]+)\.md", text):
            assert f"{name}.md" in pages, f"{path}: {name}"
            named += 1
    assert named


# A section with a number, of anything but a public standard; and "the contract", which says not which.
UNKNOWN = re.compile(r"(?:\b(?:sections?|chapter) |§ ?)\d|\btables? \d+\.\d|\bcontract\W{1,3}\d|\bthe contract(?:'s)?\b(?! of\b)", re.I)
STANDARD = re.compile(r"\b(?:RFC|POSIX|ISO|IEEE|AMQP)\b")
# Written by others, with their own words.
FOREIGN = ("Sources/CSimdJSON/amalgamation/", "deploy/debian/copyright")


def citations(text):
    """The lines that cite a document that nobody can open."""
    return [line.strip() for line in text.splitlines() if UNKNOWN.search(line) and not STANDARD.search(line)]


def test_nothing_cites_a_document_that_is_not_in_the_project():
    seen = 0
    for folder in ("Sources", "Tests", "config", "deploy", ".ci"):
        for path in sorted((PROJECT / folder).rglob("*")):
            name = path.relative_to(PROJECT).as_posix()
            if path.suffix in (".swift", ".py", ".md", ".yaml", ".h", ".c", ".service", "") and path.is_file() and not name.startswith(FOREIGN):
                assert path == pathlib.Path(__file__) or citations(path.read_text(errors="replace")) == [], name
                seen += 1
    assert seen > 400


def test_a_citation_of_a_document_that_is_not_there_is_seen():
    for fault in ("/// Profiler telemetry; contract section 2.1.", "# by the contract", "/// the contract's words", "// see § 3", "the table 2.2 of it"):
        assert citations(f"first\n{fault}\n") == [fault], fault
    for right in ("/// TLS alert numbers of RFC 8446, section 6.", "/// The contract of a store.", "/// See <doc:Messages>.", "`Sources/Store/Contract`"):
        assert citations(right) == [], right
