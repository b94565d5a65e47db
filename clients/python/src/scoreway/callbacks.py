"""Logging from inside the libraries' own training loops."""
from __future__ import annotations

import io
from typing import Any, Callable, Dict

from .runs import Run


def xgboost_callback(run: Run, *, every: int = 1, models: bool = True, first_step: int = 0) -> Any:
    """For xgboost.train(callbacks=[...]) and the estimators' `callbacks`: each round is a step, with the metrics of `evals`
    as "train-logloss"; the booster as it is goes along every so many rounds. `first_step` counts rounds of before."""
    import xgboost

    class Logging(xgboost.callback.TrainingCallback):  # type: ignore[misc]
        def after_iteration(self, model: Any, epoch: int, evals_log: Dict[str, Dict[str, Any]]) -> bool:
            metrics: Dict[str, float] = {}
            for data, values in evals_log.items():
                for metric, history in values.items():
                    last = history[-1]
                    metrics[f"{data}-{metric}"] = float(last[0] if isinstance(last, tuple) else last)
            has_model = models and isinstance(model, xgboost.Booster) and (epoch + 1) % every == 0
            run.log(first_step + epoch, metrics, model if has_model else None)
            return False

    return Logging()


def lightgbm_callback(run: Run, *, every: int = 1, models: bool = True, first_step: int = 0) -> Callable[[Any], None]:
    """For lightgbm.train(callbacks=[...]) and the estimators' fit: each round is a step, with the metrics of the validation
    sets as "valid_0-auc"; the booster as it is goes along every so many rounds. `first_step` counts rounds of before."""
    import lightgbm

    def log(env: Any) -> None:
        metrics = {f"{entry[0]}-{entry[1]}": float(entry[2]) for entry in env.evaluation_result_list or ()}
        has_model = models and isinstance(env.model, lightgbm.Booster) and (env.iteration + 1) % every == 0
        run.log(first_step + env.iteration, metrics, env.model if has_model else None)

    log.order = 25  # type: ignore[attr-defined]  # after the evaluation, before early stopping ends the loop
    return log


def torch_state(**objects: Any) -> bytes:
    """What a torch training needs to go on, for `Run.log(model=...)`: torch_state(model=net, optimizer=optimizer).

    `torch.load(io.BytesIO(checkpoint.pull()), weights_only=True)` gives the dict of states back.
    """
    import torch

    buffer = io.BytesIO()
    torch.save({name: value.state_dict() if hasattr(value, "state_dict") else value for name, value in objects.items()}, buffer)
    return buffer.getvalue()
