"""Django's SQLite, whose writers look again in short steps while another one holds the only lock.

SQLite itself waits longer and longer, in the end a tenth of a second at a time: whoever came a moment too early waits
that much too long. Here it waits for a short turn, and turns follow each other until the ``timeout`` is over.
"""

from time import monotonic

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

TURN_MS = 100
LOCKED = "database is locked"


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self.wait_in_turns)

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.execute(f"PRAGMA busy_timeout = {TURN_MS}")
        return connection

    def wait_in_turns(self, execute, sql, params, many, context):
        """Send a statement again that found the lock taken: it has done nothing.

        Not within a transaction, which has the lock or else must begin anew; nor one of many rows, some of which it
        may have written.
        """
        until = None
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                if many or self.in_atomic_block or LOCKED not in str(error):
                    raise
                until = until or monotonic() + self.settings_dict["OPTIONS"].get("timeout", 0)
                if monotonic() >= until:
                    raise
