"""Events in files: written by the caller with one `write` each, read by the sender, adopted from processes that died.

    <root>/<service>/<pid>-<start ns>-<4 hex>/
        owner.lock      held with lockf for life; POSIX locks are the process's, so a child that is forked does not keep it
        00000001.log    8 MiB at most: a head of 16 bytes, then records (`events.pack`), each appended with one write
        confirmed       segment and offset up to which the broker has confirmed everything; losing it sends again, which harms nobody
    <root>/rejected/    what the broker itself refuses, with the reason

`folders` has the names, `locks` who owns what, `writer` the caller's side, `reader` the sender's, `adoption` what dead processes left.
"""
