"""Holds the writer's lock of an LMDB environment until standard input ends.

    hold_lock.py ENVIRONMENT

Prints its process id when it has the lock.
"""

import os
import sys

import lmdb

with lmdb.open(sys.argv[1], max_dbs=16, map_size=1 << 30) as environment:
    with environment.begin(write=True) as transaction:
        print(os.getpid(), flush=True)
        sys.stdin.read()
        transaction.abort()
