"""Parts of the tests that run side by side: most of their time is waiting."""
import collections

# Seconds of the files that take long, on two cores that were busy: their proportions count. Every other file counts by its tests.
SECONDS = {
    "test_broker_faults.py": 260, "test_browser_access.py": 200, "test_browser_entrance.py": 25, "test_browser_hostile.py": 60,
    "test_browser_lists.py": 90, "test_browser_overview.py": 50, "test_cluster.py": 75, "test_commands.py": 30, "test_configuration.py": 35,
    "test_datasette.py": 35, "test_demo.py": 100, "test_dimensions.py": 22, "test_distributions.py": 160, "test_doctor.py": 150,
    "test_exactly_once.py": 180, "test_files.py": 35, "test_hostile_messages.py": 140, "test_http.py": 45, "test_lost_objects.py": 80,
    "test_messages.py": 45, "test_metrics_requests.py": 180, "test_notify.py": 33, "test_odd_publications.py": 35, "test_odd_receipts.py": 220,
    "test_older_stores.py": 20, "test_operating.py": 130, "test_package.py": 200, "test_pages_entrance.py": 30, "test_pages_http.py": 45,
    "test_private_broker.py": 25, "test_producers_page.py": 180, "test_prometheus.py": 90, "test_publications.py": 140, "test_quarantine.py": 25,
    "test_rejections.py": 90, "test_reload.py": 75, "test_schema.py": 120, "test_several_writers.py": 120, "test_standby.py": 35,
    "test_stopping.py": 100, "test_store_faults.py": 140, "test_store_files.py": 130, "test_store_identity.py": 35, "test_terminal.py": 22,
    "test_tls.py": 110, "test_topology.py": 25,
}
SECONDS_PER_TEST = 0.4
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
