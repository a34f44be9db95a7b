"""Parts of the tests that run side by side: most of their time is waiting."""
import collections

# Seconds of the files that take long, on two cores that were busy: their proportions count. Every other file counts by its tests.
SECONDS = {
    "test_broker_faults.py": 225, "test_cluster.py": 95, "test_distributions.py": 170, "test_doctor.py": 100, "test_exactly_once.py": 150,
    "test_hostile_messages.py": 150, "test_lost_objects.py": 75, "test_metrics_requests.py": 160, "test_notify.py": 55,
    "test_odd_publications.py": 35, "test_odd_receipts.py": 240, "test_operating.py": 850, "test_package.py": 325,
    "test_private_broker.py": 65, "test_producers_page.py": 100, "test_prometheus.py": 135, "test_publications.py": 130, "test_reload.py": 190, "test_schema.py": 60,
    "test_several_writers.py": 55, "test_stopping.py": 100, "test_store_faults.py": 180, "test_topology.py": 40, "test_topology_page.py": 200,
}
SECONDS_PER_TEST = 0.7
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
