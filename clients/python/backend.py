#!/usr/bin/env python3
"""The build backend of this package (PEP 517, 660): wheel and source distribution from the standard library alone.

    backend.py OUTPUT       both, as deploy/package makes them: the same bytes every time (SOURCE_DATE_EPOCH)

With no build requirement, pip installs the source distribution where there is no network. In a checkout the metadata come from `[project]` of
pyproject.toml; in a source distribution they stand in PKG-INFO already.
"""
import base64
import gzip
import hashlib
import io
import os
import pathlib
import re
import sys
import tarfile
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
METADATA, IN_SDIST = "2.1", ("LICENSE", "README.md", "backend.py", "pyproject.toml")
WHEEL = "Wheel-Version: 1.0\nGenerator: alidade backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _epoch():
    return int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))


def _version():
    return re.search(r'^__version__ = "([^"]+)"$', (HERE / "src/alidade/_version.py").read_text(), re.MULTILINE)[1]


def _is_sdist():
    return (HERE / "PKG-INFO").exists()


def _project():
    try:
        import tomllib
    except ModuleNotFoundError:
        import tomli as tomllib
    return tomllib.loads((HERE / "pyproject.toml").read_text())["project"]


def _metadata():
    """The text of METADATA and PKG-INFO."""
    if _is_sdist():
        return (HERE / "PKG-INFO").read_text()
    project = _project()
    lines = [f"Metadata-Version: {METADATA}", f"Name: {project['name']}", f"Version: {_version()}", f"Summary: {project['description']}",
             f"License: {project['license']['text']}"]
    lines += [f"Classifier: {name}" for name in project["classifiers"]]
    lines += [f"Requires-Python: {project['requires-python']}", "Description-Content-Type: text/markdown", "License-File: LICENSE"]
    lines += [f"Requires-Dist: {needed}" for needed in project["dependencies"]]
    for extra, needs in project["optional-dependencies"].items():
        lines += [f"Provides-Extra: {extra}", *(f'Requires-Dist: {needed} ; extra == "{extra}"' for needed in needs)]
    return "\n".join(lines) + "\n\n" + (HERE / project["readme"]).read_text()


def _entry_points():
    """The text of entry_points.txt, which a source distribution brings along."""
    kept = HERE / "entry_points.txt"
    if kept.exists():
        return kept.read_text()
    groups = _project()["entry-points"]
    return "\n".join(f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in names.items()) for group, names in groups.items())


def _sources():
    """Files of the package, from `src` on."""
    return [path for path in sorted((HERE / "src/alidade").rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts and path.suffix in (".py", ".typed")]


def _info(name):
    return f"alidade-{_version()}.dist-info/{name}"


def _wheel(folder, files):
    """Writes these files, {path: bytes}, and what describes them."""
    files = {**files, _info("LICENSE"): (HERE / "LICENSE").read_bytes(), _info("METADATA"): _metadata().encode(),
             _info("WHEEL"): WHEEL.encode(), _info("entry_points.txt"): _entry_points().encode()}
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode() for name, data in files.items()}
    record = "".join(f"{name},sha256={digests[name]},{len(data)}\n" for name, data in files.items()) + _info("RECORD") + ",,\n"
    target = f"alidade-{_version()}-py3-none-any.whl"
    when = time.gmtime(max(_epoch(), 315532800))[:6]  # a zip knows no time before 1980
    with zipfile.ZipFile(pathlib.Path(folder) / target, "w") as archive:
        for name, data in {**files, _info("RECORD"): record.encode()}.items():
            entry = zipfile.ZipInfo(name, when)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o100644 << 16, 3
            archive.writestr(entry, data)
    return target



def _parser_of_a_checkout(config_settings=None):
    return [] if _is_sdist() or sys.version_info >= (3, 11) else ["tomli"]


get_requires_for_build_wheel = get_requires_for_build_sdist = get_requires_for_build_editable = _parser_of_a_checkout


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {path.relative_to(HERE / "src").as_posix(): path.read_bytes() for path in _sources()})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, {"alidade.pth": f"{HERE / 'src'}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    base = f"alidade-{_version()}"
    files = {name: (HERE / name).read_bytes() for name in IN_SDIST}
    files |= {path.relative_to(HERE).as_posix(): path.read_bytes() for path in _sources()}
    files |= {"PKG-INFO": _metadata().encode(), "entry_points.txt": _entry_points().encode()}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{base}/{name}")
            entry.size, entry.mtime, entry.mode = len(data), _epoch(), 0o644
            archive.addfile(entry, io.BytesIO(data))
    target = f"{base}.tar.gz"
    with open(pathlib.Path(sdist_directory) / target, "wb") as file, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=_epoch()) as packed:
        packed.write(raw.getvalue())
    return target


if __name__ == "__main__":
    for made in (build_wheel, build_sdist):
        print(os.path.join(sys.argv[1], made(sys.argv[1])))
