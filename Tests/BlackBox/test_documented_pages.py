"""The documentation of the pages: every page and every parameter that the program has, and none that it has not."""
import pathlib
import re

from harness.client import Client
from harness.routes import routes

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PAGE = PROJECT / "Sources/alidade/Documentation.docc/Pages.md"
READERS = ("text", "texts", "integer", "number", "word", "words", "flag", "value", "ignore")


def rows(name):
    """The rows of a table of the page, as lists of cells."""
    table = PAGE.read_text().split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0]
    found = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.strip().splitlines()[2:]]
    assert len(found) > 5, f"the table of {name} is written in another way"
    return found


def documented():
    """The pages that each parameter is for, by its name."""
    found = {}
    for names, _, pages in rows("parameters"):
        for name in re.findall(r"`(\w+)`", names):
            assert name not in found, f"{name} is there twice"
            found[name] = set(pages.split(", "))
    return found


def short(path):
    """`/telemetry/metrics/` as the table of parameters names it."""
    return (["overview"] + path.strip("/").split("/")[1:])[-1]


def test_every_page_is_listed_with_its_files_and_its_role():
    listed = {(re.sub(r"`", "", path), tuple(filter(None, files.lower().split(", "))), role) for path, files, role, _ in rows("pages")}
    there = {(re.sub(r":\w+", "NAME" if "/metrics/" in route.path else "ID", route.path),
              tuple(sorted(set(route.formats) - {"html"}, key=["json", "csv", "svg"].index)), route.role)
             for route in routes() if route.method == "GET"}
    assert listed == there


def test_every_parameter_that_the_source_reads_is_listed():
    read = set()
    for path in (PROJECT / "Sources/Dashboard").rglob("*.swift"):
        read |= set(re.findall(rf'\b(?:parameters|self)\.(?:{"|".join(READERS)})\(\s*"(\w+)"', path.read_text()))
    assert read == set(documented())


def test_the_pages_take_these_parameters_and_no_others(site):
    client, parameters, wrong = site.member("max"), documented(), []
    addresses = [path.strip("`") for path, *_ in rows("pages")]
    for address in (address for address in addresses if not re.search("NAME|ID", address)):
        assert client.get(address).status in (200, 303), address
        for name, pages in parameters.items():
            answer = client.get(f"{address}?{name}=")
            refused = [f"there is no parameter “{name}”", "the overview is always of 7 and 30 days"]
            if (short(address) in pages) == (answer.status == 400 and any(words in answer.text for words in refused)):
                wrong.append((address, name, answer.status))
        answer = client.get(f"{address}?until_=1&dayz=3")
        assert answer.status == 400 and "“until_”" in answer.text and "“dayz”" in answer.text, (address, answer)
    assert wrong == []


def test_the_limits_that_are_listed_are_those_of_the_source():
    source = "".join(path.read_text() for path in (PROJECT / "Sources/Dashboard").rglob("*.swift"))
    text = PAGE.read_text()
    for words, there in {
            "may read for | 2 s": "limit = Duration.seconds(2)", "wait for their turn | 32": "mostWaiting = 32",
            "live numbers | 32": "most = 32", "of an address | 200": "most = 200", "1,000,000 rows": "most: Int { 1_000_000 }"}.items():
        assert words in text and there in source, (words, there)


def test_a_script_reads_with_the_token_as_the_page_shows_it(make_dashboard, tmp_path):
    token = tmp_path / "token"
    token.write_text("a-token-of-a-script-0123456789")
    site = make_dashboard({"http": {"token_file": str(token)}}).start()
    [path] = re.findall(r"'http://localhost:8089(/telemetry/\S+)'", PAGE.read_text())
    answer = Client(site.address).get(path, ("Authorization", f"Bearer {token.read_text()}"))
    assert answer.status == 200 and answer.json["metric"] == "override_rate", answer
    assert Client(site.address).get(path).status == 401
