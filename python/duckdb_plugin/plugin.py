"""The dbt-duckdb plugin that profiles.yml names: waits for the file, registers Python functions."""

import atexit
import json
import threading
import traceback
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.events.logging import AdapterLogger

from database_file.access import keep_others_out, lock_files
from database_file.lock import connect_when_free, wait_seconds
from duckdb_plugin.code import non_product_stock_codes, project_checksum
from privacy import PrivacyError, SuppressionList, privacy_key, register_functions, suppression_path
from publishing.places import builds_folder, published_link, remove

logger = AdapterLogger("Warehouse")
# dbt loads them with DuckDB's COPY.
SEEDS = Path("seeds")


class Plugin(BasePlugin):
    """Made by dbt-duckdb before it opens the database for the first time in a run."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Wait until the database is free, and keep it until dbt-duckdb has its own connection."""
        self._answers: dict[str, str] = {}
        self._answers_lock = threading.Lock()
        self._is_locked = False
        if self.creds is None:
            raise TypeError("the warehouse plugin needs the credentials of its profile")
        self._list_path = suppression_path(self.creds.path)
        keep_others_out(self.creds.path)
        self._held_connection = connect_when_free(
            self.creds.path, self.creds.config_options or {}, wait_seconds(), logger.warning
        )

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register the functions on dbt's connection.

        `prepare_inputs(request varchar) -> varchar`, both JSON, and those of `privacy.functions`.
        """
        self._held_connection.close()
        register_functions(conn, self._list_path)

        def prepare_inputs(request: str) -> str:
            with self._answers_lock:
                if request not in self._answers:
                    self._answers[request] = self._prepare(request, conn)
                return self._answers[request]

        conn.create_function("prepare_inputs", prepare_inputs, ["VARCHAR"], "VARCHAR", side_effects=True)

    def _prepare(self, request: str, conn: duckdb.DuckDBPyConnection) -> str:
        # Imported here: commands that never ask for the input should not load its libraries.
        from invoice_reader import prepare
        from project_variables import check_variables

        inputs = json.loads(request)
        has_forgotten_customers = False
        privacy_problem = None
        try:
            has_forgotten_customers = bool(SuppressionList.read(self._list_path).hashes)
            if inputs["variables"].get("pseudonymize_customer_ids"):
                privacy_key("The var `pseudonymize_customer_ids`")
        except PrivacyError as error:
            privacy_problem = str(error)
        records_folder = Path(inputs["records_folder"])
        if has_forgotten_customers and not self._answers:
            # The converted input holds them as the input does: it is not kept from build to build.
            remove(records_folder)
            atexit.register(remove, records_folder)
        try:
            with conn.cursor() as cursor:
                problem = check_variables(inputs["variables"], inputs["given"]) or privacy_problem
                further_inputs = {"problem": problem, "non_product_stock_codes": non_product_stock_codes()}
                answer = prepare(inputs | further_inputs, cursor)
                if answer["error"] is None and not self._is_locked:
                    self._is_locked = lock_files(
                        cursor, inputs_of(answer), [SEEDS, records_folder, builds_folder(published_link())]
                    )
        except Exception:
            # DuckDB passes on the message alone; the log should say where it came from.
            logger.debug(traceback.format_exc())
            raise
        is_missing = self._list_path is not None and not self._list_path.exists()
        further = {
            "has_forgotten_customers": has_forgotten_customers,
            "missing_list": str(self._list_path) if is_missing else None,
            "project_checksum": project_checksum(self._list_path),
        }
        return json.dumps(answer | further)


def inputs_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The files and tables that the models read, of an answer of `prepare`."""
    single = (answer["customer_records"], answer["customer_attributes"])
    return [*answer["files"], *(entry for entry in single if entry is not None)]
