"""The script that measures how far Alidade agrees with a corpus of user agents."""
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).parents[1] / "UserAgents" / "agreement.py"
TRAFFIC = """\
Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1\tMobile Safari\tiOS\tiPad\t6
Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0\tFirefox\tUbuntu\tOther\t2
ExampleBot/1.0\tExampleBot\t\tSpider\t1
"""


def agreement(faulty_binary, corpus):
    program = pathlib.Path(faulty_binary).with_name("alidade-bench")
    return subprocess.run([sys.executable, SCRIPT, "--program", program, corpus], capture_output=True, text=True, timeout=240, check=True).stdout


def test_what_agrees_counts_by_its_weight(faulty_binary, tmp_path):
    corpus = tmp_path / "traffic.tsv"
    corpus.write_text(TRAFFIC)
    assert agreement(faulty_binary, corpus) == "browsers: 100.00 % of 9\nsystems: 100.00 % of 8\n"


def test_a_difference_is_named(faulty_binary, tmp_path):
    corpus = tmp_path / "traffic.tsv"
    corpus.write_text(TRAFFIC.replace("Firefox\tUbuntu", "Chrome\tWindows"))
    assert agreement(faulty_binary, corpus) == (
        "browsers: 77.78 % of 9\n    2: Chrome was taken for Firefox\nsystems: 75.00 % of 8\n    2: Windows was taken for Linux\n")
