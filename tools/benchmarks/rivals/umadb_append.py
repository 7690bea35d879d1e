"""UmaDB, the event store that comes closest to ours (tags, append conditions, one server), taking the same appends.

    umadb_append DIRECTORY COUNT BATCH @RECORD [CLIENTS]
      DIRECTORY  made here, for its server; it must not exist
      BATCH      events per append, each append synced
      @RECORD    the file with an event's bytes
      CLIENTS    as many threads, each appending to an execution of its own on the condition that nothing else did;
                 without it one client appends, 20 events to an execution, and asks for nothing

Prints events per second, from the first append to the last that was acknowledged. In its favour: it starts empty, and
its events are made before the clock starts. Not in its favour: it is reached over gRPC, and from Python, which is how it
comes from PyPI. It says what a user of that package gets and not how fast the store inside is: never quote it alone.
"""

import os
import socket
import subprocess
import sys
import threading
import time

import umadb


def start_server(directory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    program = os.path.join(os.path.dirname(sys.executable), "umadb")
    server = subprocess.Popen([program, "--listen", address, "--db-path", directory], stdout=subprocess.DEVNULL)
    for _ in range(100):
        try:
            client = umadb.Client(f"http://{address}")
            client.head()
            return server, client
        except Exception:  # Not up yet.
            time.sleep(0.1)
    server.kill()
    sys.exit("rival: umadb does not answer")


def make_batches(count, size, record, execution_of):
    def event(i):
        tags = [f"organization:{i % 16}", f"agent:{i % 1000}", f"workflow_execution:{execution_of(i)}"]
        return umadb.Event(f"workflow_execution.{i % 8}", record, tags)

    return [[event(i) for i in range(first, min(count, first + size))] for first in range(0, count, size)]


def append_all(client, batches):
    for batch in batches:
        client.append(batch)


def append_on_condition(client, batches, execution):
    query = umadb.Query([umadb.QueryItem(tags=[f"workflow_execution:{execution}"])])
    last = 0
    for batch in batches:
        last = client.append(batch, umadb.AppendCondition(query, last))


def seconds_of(threads):
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - start


def main():
    if len(sys.argv) not in (5, 6):
        print("usage:", __doc__, file=sys.stderr)
        sys.exit(64)
    directory, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(sys.argv[4].removeprefix("@"), "rb") as file:
        record = file.read()
    clients = int(sys.argv[5]) if len(sys.argv) == 6 else 0
    os.mkdir(directory)
    if clients:
        share = count // clients
        count = share * clients
        works = [make_batches(share, size, record, lambda _, number=number: number) for number in range(clients)]
    else:
        works = [make_batches(count, size, record, lambda i: i // 20)]
    server, client = start_server(directory)
    try:
        # They share one channel: 64 of them are slower here.
        threads = [
            threading.Thread(target=append_on_condition, args=(client, work, number))
            if clients
            else threading.Thread(target=append_all, args=(client, work))
            for number, work in enumerate(works)
        ]
        taken = seconds_of(threads)
        if client.head() != count:
            sys.exit(f"rival: umadb holds {client.head()} events instead of {count}")
        print(round(count / taken))
    finally:
        server.terminate()
        server.wait()


main()
