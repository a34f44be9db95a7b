"""What CONTRIBUTING.md and the decisions say of the source is so."""
import pathlib
import re
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DECISIONS = PROJECT / "Sources/alidade/Documentation.docc/Decisions"


def test_the_program_is_not_linked_with_the_full_foundation_or_icu(faulty_binary):
    """Decision 0001, seen in the debug build, whose libraries are shared."""
    linked = subprocess.run(["ldd", faulty_binary], capture_output=True, text=True, check=True).stdout
    libraries = set(re.findall(r"^\s*(lib\w+)", linked, re.M))
    assert "libFoundationEssentials" in libraries
    assert not {name for name in libraries if re.search(r"libFoundation$|FoundationInternationalization|FoundationNetworking|ICU|libicu", name)}


def test_every_decision_has_a_number_of_its_own_and_says_what_why_and_at_what_cost():
    numbers = []
    for path in sorted(DECISIONS.glob("*.md")):
        title, *headings = re.findall(r"^#+ (.*)", path.read_text(), re.M)
        number = path.name[:4]
        assert title.startswith(f"{number}: "), path.name
        assert headings[0] == "What was decided" and "Why" in headings, path.name
        numbers.append(int(number))
    assert len(set(numbers)) == len(numbers) >= 13


def test_every_file_that_a_document_names_is_there():
    pages = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(DECISIONS.parent.rglob("*.md"))
    seen = 0
    for page in pages:
        text = page.read_text()
        for path in re.findall(r"(?<![\w./-])((?:Sources|Tests|config|deploy|\.ci)/[\w./+-]*\w)(?![\w…])", text):
            assert (PROJECT / path).exists(), f"{page.name}: {path}"
            seen += 1
        for name in set(re.findall(r"`([\w+]+\.(?:swift|py))`", text)) - {"Package.swift"}:
            found = [path for folder in ("Sources", "Tests") for path in (PROJECT / folder).rglob(name)]
            assert len(found) == 1, f"{page.name}: {name}: {found}"
            seen += 1
    assert seen >= 60


def test_every_type_and_variable_that_it_names_is_in_the_source():
    source = "\n".join(path.read_text() for path in (PROJECT / "Sources").rglob("*.swift"))
    text = (PROJECT / "CONTRIBUTING.md").read_text()
    names = set(re.findall(r"`([A-Z]\w*(?:\.\w+)?)`", text)) - {"README", "Package"}
    assert len(names) >= 6
    for name in names:
        assert re.search(rf"\b{name.split('.')[-1]}\b", source), name


def test_what_it_says_to_be_in_a_file_is_in_that_file():
    places = re.findall(r"`(\w+)` in `(\w+\.swift)`", (PROJECT / "CONTRIBUTING.md").read_text())
    assert places
    for name, file in places:
        [path] = (PROJECT / "Sources").rglob(file)
        assert re.search(rf"\b{name}\b", path.read_text()), f"{name} in {file}"


def test_the_test_that_it_names_as_an_example_exists():
    [(file, word)] = re.findall(r"-m pytest (\S+) -k (\w+)", (PROJECT / "CONTRIBUTING.md").read_text())
    assert re.search(rf"def test_\w*{word}", (PROJECT / file).read_text())


def test_each_module_of_the_drawing_imports_only_those_on_rows_below():
    drawing = (PROJECT / "CONTRIBUTING.md").read_text().split("## Layers")[1].split("```")[1].splitlines()
    rows = [re.findall(r"\w+", row.split("│")[1]) for row in drawing if "│" in row]
    row_of = {name: number for number, row in enumerate(rows) for name in row}
    package = (PROJECT / "Package.swift").read_text()
    targets = re.split(r"\n        \.(?:executableTarget|target|systemLibrary|testTarget)\(", package)[1:]
    imports = {re.search(r'name: "([\w-]+)"', target).group(1): set(re.findall(r'"(\w+)"', target)) for target in targets}
    modules = {name for name in imports if not name.endswith("Tests")} - {"alidade-bench", "StoreFixtures"}
    assert set(row_of) == modules
    for name in modules:
        for imported in imports[name] & modules - {name}:
            assert row_of[name] < row_of[imported], f"{name} imports {imported}"
