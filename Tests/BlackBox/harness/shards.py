"""Parts of the tests that run side by side: most of their time is waiting."""
import collections

# Seconds of files that take long, on a machine with two cores. Every other one counts by its tests.
SECONDS = {
    "test_broker_faults.py": 100, "test_cluster.py": 120, "test_distributions.py": 250, "test_exactly_once.py": 400,
    "test_hostile_messages.py": 90, "test_operating.py": 150, "test_package.py": 150, "test_several_writers.py": 120,
}
SECONDS_PER_TEST = 1.2
# They boot machines from one image, which is made once, so they stay together.
MACHINES = ("test_distributions.py", "test_operating.py", "test_package.py")


def part_of(items, part, count):
    """The tests of part `part` (from 1) of `count`: whole files, about as many seconds as the other parts."""
    tests = collections.Counter(item.path.name for item in items)
    groups = collections.Counter()
    for name, number in tests.items():
        groups[MACHINES if name in MACHINES else (name,)] += SECONDS.get(name, SECONDS_PER_TEST * number)
    loads, files = [0.0] * count, [set() for _ in range(count)]
    for names, seconds in sorted(groups.items(), key=lambda group: (-group[1], group[0])):
        lightest = loads.index(min(loads))
        loads[lightest] += seconds
        files[lightest].update(names)
    return [item for item in items if item.path.name in files[part - 1]]
