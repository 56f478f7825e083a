"""Several people at the same moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def together(*steps):
    """Run the steps at the same moment; the answer of each, or the error that it ended with."""
    start = Barrier(len(steps))

    def run(step):
        start.wait()
        try:
            return step()
        except Exception as error:  # the test looks at every one
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
