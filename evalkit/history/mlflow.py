"""Runs in MLflow: an experiment for each suite, a run for each entry. Needs the extra `mlflow`."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from evalkit.errors import ConfigError
from evalkit.history.logging import Entry

ID = "evalkit.id"


class MlflowLogger:
    """Writes to a folder (MLflow's file store), or to the tracking URI that was given; the default is ./mlruns."""

    def __init__(self, target: str | None) -> None:
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # nothing is sent anywhere but to the target
        try:
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise ConfigError(
                "The logger mlflow needs MLflow. Install it with: pip install 'evalkit[mlflow]'"
            ) from error
        place = target or "mlruns"
        uri = place if "://" in place else Path(place).resolve().as_uri()
        if uri.startswith(
            "file:"
        ):  # MLflow 3 refuses folders unless told that they are meant; here they were asked for
            os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        self._client: Any = MlflowClient(tracking_uri=uri)

    def log(self, entry: Entry) -> bool:
        """One MLflow run; an entry is known by its tag."""
        experiment = self._experiment(entry.suite)
        quoted = entry.id.replace("'", "")
        if self._client.search_runs([experiment], filter_string=f"tags.`{ID}` = '{quoted}'", max_results=1):
            return False
        tags = {ID: quoted, "mlflow.runName": entry.name}
        run = self._client.create_run(experiment, start_time=_milliseconds(entry.created), tags=tags).info.run_id
        for name, text in entry.parameters.items():
            self._client.log_param(run, _key(name), text[:500])
        for name, value in entry.metrics.items():
            self._client.log_metric(run, _key(name), value)
        self._client.set_terminated(run)
        return True

    def _experiment(self, name: str) -> str:
        found = self._client.get_experiment_by_name(name)
        return str(found.experiment_id if found else self._client.create_experiment(name))


def _key(name: str) -> str:
    """MLflow's names hold no @ and no ^: pass@1 becomes pass_at_1, pass^2 pass_hat_2."""
    return name.replace("@", "_at_").replace("^", "_hat_")


def _milliseconds(created: str) -> int | None:
    try:
        return int(datetime.fromisoformat(created).timestamp() * 1000)
    except ValueError:
        return None
