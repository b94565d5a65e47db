"""What requests and answers of the server look like, as its /openapi.json says. Made by tools/make_client_types.py."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, Union

if TYPE_CHECKING:
    from typing_extensions import NotRequired

# Problem details, RFC 9457.
class Problem(TypedDict):
    type: str
    title: str
    status: int
    # What is wrong.
    detail: str
    # Where: a row and column, a member, a path in the model file.
    place: NotRequired[str]
    # Stable name of the error.
    code: Literal['INVALID_ARGUMENT', 'NOT_FOUND', 'ALREADY_EXISTS', 'CONFLICT', 'UNSUPPORTED', 'CORRUPT', 'RESOURCE_EXHAUSTED', 'UNAVAILABLE', 'DEADLINE_EXCEEDED', 'PERMISSION_DENIED', 'INTERNAL']
    # On paths of the Open Inference Protocol: place and detail.
    error: NotRequired[str]


class PredictRequest(TypedDict):
    rows: list[Union[dict[str, Any], list[Any]]]
    outputs: NotRequired[list[str]]
    id: NotRequired[str]
    parameters: NotRequired[dict[str, Any]]


class PredictAnswer(TypedDict):
    model: str
    version: int
    # Unique; labels join by it.
    prediction_id: str
    rows: list[dict[str, Any]]
    # That of the request, if it had one.
    id: NotRequired[str]
    # What feature views gave; absent where the model uses none.
    features: NotRequired[list[FeatureUse]]


class InferRequest(TypedDict):
    id: NotRequired[str]
    parameters: NotRequired[dict[str, Any]]
    inputs: list[dict[str, Any]]
    outputs: NotRequired[list[dict[str, Any]]]


class InferAnswer(TypedDict):
    model_name: str
    model_version: str
    id: str
    parameters: dict[str, Any]
    outputs: list[dict[str, Any]]


class ServerMetadata(TypedDict):
    name: str
    version: str
    extensions: list[str]


class Ready(TypedDict):
    ready: bool


class ModelReady(TypedDict):
    name: str
    version: str
    ready: bool


class ModelMetadata(TypedDict):
    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class TensorMetadata(TypedDict):
    name: str
    datatype: Literal['BOOL', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'FP16', 'FP32', 'FP64', 'BYTES']
    shape: list[int]


class Model(TypedDict):
    name: str
    latest_version: int
    version_count: int
    aliases: dict[str, int]
    created: str


class ModelList(TypedDict):
    models: list[Model]
    next_page_token: Union[str, None]


class Version(TypedDict):
    name: str
    version: int
    state: Literal['ready', 'deleted']
    created: str
    artifact_sha256: str
    artifact_bytes: int
    format: NotRequired[str]
    source_library: NotRequired[str]
    source_library_version: NotRequired[str]
    engine: NotRequired[str]
    producer: NotRequired[str]
    description: NotRequired[str]
    training_data: NotRequired[str]
    parent_version: NotRequired[Union[int, None]]
    # The run whose checkpoint it was promoted from.
    run: NotRequired[Union[int, None]]
    # Of that checkpoint.
    step: NotRequired[Union[int, None]]
    model_bytes: NotRequired[int]
    metrics: NotRequired[dict[str, Any]]
    parameters: NotRequired[dict[str, str]]
    tags: NotRequired[dict[str, str]]
    import_options: NotRequired[ImportOptions]
    signature: NotRequired[Union[Signature, None]]
    parity: NotRequired[Union[ParityReport, None]]


class VersionList(TypedDict):
    versions: list[Version]
    next_page_token: Union[str, None]


class Signature(TypedDict):
    inputs: list[dict[str, Any]]
    outputs: list[dict[str, Any]]
    # False: the model knows its inputs by position, and their names are ours.
    inputs_named: bool


Type = "Literal['float32', 'float64', 'int64', 'bool', 'string', 'list']"


# The model's answers beside expected ones, as pushed with it.
class ParityReport(TypedDict):
    passed: bool
    rows: int
    columns: list[str]
    abs_difference_max: Union[float, None]
    rel_difference_max: Union[float, None]
    label_flips: int
    cells_differing: int
    tolerance: float
    first_difference: NotRequired[str]


class Inspection(TypedDict):
    name: str
    version: int
    model: dict[str, Any]


class Aliases(TypedDict):
    aliases: dict[str, int]


class Alias(TypedDict):
    alias: str
    version: int


class AliasRequest(TypedDict):
    version: int
    expected: NotRequired[Union[int, None]]
    who: NotRequired[str]
    why: NotRequired[str]


class RollbackRequest(TypedDict):
    who: NotRequired[str]
    why: NotRequired[str]


AliasEvent = TypedDict('AliasEvent', {'sequence': int, 'time': str, 'alias': str, 'from': Union[int, None], 'to': Union[int, None], 'who': str, 'why': str})


class AliasMoved(TypedDict):
    alias: str
    version: int
    events: list[AliasEvent]


class AliasHistory(TypedDict):
    history: list[AliasEvent]
    next_page_token: Union[str, None]


# Which checkpoints keep their bytes: those that any rule wants; without rules all. 0 is no rule.
class Retention(TypedDict):
    keep_last: NotRequired[int]
    # Best by `metric`.
    keep_best: NotRequired[int]
    metric: NotRequired[Union[str, None]]
    goal: NotRequired[Literal['max', 'min', None]]
    # Steps that are a multiple of it.
    keep_every: NotRequired[int]


class Run(TypedDict):
    name: str
    run: int
    state: Literal['running', 'finished', 'failed']
    started: str
    ended: NotRequired[Union[str, None]]
    who: NotRequired[str]
    source: NotRequired[str]
    message: NotRequired[str]
    parent_run: NotRequired[Union[int, None]]
    parent_step: NotRequired[Union[int, None]]
    parameters: NotRequired[dict[str, str]]
    tags: NotRequired[dict[str, str]]
    retention: NotRequired[Retention]


class RunList(TypedDict):
    runs: list[Run]
    next_page_token: Union[str, None]


class StartRequest(TypedDict):
    parameters: NotRequired[dict[str, Any]]
    tags: NotRequired[dict[str, Any]]
    who: NotRequired[str]
    # What trains: a script, a commit, a job.
    source: NotRequired[str]
    parent_run: NotRequired[int]
    parent_step: NotRequired[int]
    retention: NotRequired[Retention]


class FinishRequest(TypedDict):
    state: NotRequired[Literal['finished', 'failed']]
    message: NotRequired[str]


class Checkpoint(TypedDict):
    step: int
    created: str
    metrics: dict[str, Any]
    artifact: Literal['none', 'kept', 'pruned', 'elsewhere']
    artifact_sha256: NotRequired[Union[str, None]]
    artifact_bytes: NotRequired[Union[int, None]]
    # What the bytes seem to be; null: nothing that is known.
    format: NotRequired[Union[str, None]]
    reference: NotRequired[Union[str, None]]
    # That it was promoted to.
    version: NotRequired[Union[int, None]]


class CheckpointList(TypedDict):
    checkpoints: list[Checkpoint]
    next_page_token: Union[str, None]


class PruneCounts(TypedDict):
    checkpoints: int
    bytes: int


# What reading a file depends on besides its bytes.
class ImportOptions(TypedDict):
    # Of a model with Spark's ALS: so many of the best items for a user, in place of a rating.
    recommend: NotRequired[str]
    # The text of the feature map of a model of XGBoost.
    feature_map: NotRequired[str]


class PromoteRequest(TypedDict):
    aliases: NotRequired[list[str]]
    description: NotRequired[str]
    tags: NotRequired[dict[str, Any]]
    who: NotRequired[str]
    why: NotRequired[str]
    require_parity: NotRequired[bool]
    tolerance: NotRequired[float]
    # CSV of rows to score.
    rows: NotRequired[str]
    # CSV of the training library's answers for them.
    expected: NotRequired[str]


class RunComparison(TypedDict):
    metric: str
    goal: Literal['max', 'min']
    # The best first.
    runs: list[dict[str, Any]]


class FeatureField(TypedDict):
    name: str
    type: NotRequired[Type]


class FeatureViewRequest(TypedDict):
    name: NotRequired[str]
    # Of type int64 or string; together they name a row.
    keys: list[FeatureField]
    # Of type float64 unless said.
    columns: list[FeatureField]
    event_time: NotRequired[FeatureField]
    # Features older than this count as missing; 0: never.
    ttl_seconds: NotRequired[float]
    description: NotRequired[str]


class FeatureView(TypedDict):
    name: str
    # Of type int64 or string; together they name a row.
    keys: list[FeatureField]
    # Of type float64 unless said.
    columns: list[FeatureField]
    event_time: FeatureField
    # Features older than this count as missing; 0: never.
    ttl_seconds: float
    description: str
    id: str
    created: str


class FeatureViewList(TypedDict):
    views: list[FeatureView]


class RowsRequest(TypedDict):
    rows: list[Union[dict[str, Any], list[Any]]]
    outputs: NotRequired[list[str]]


class FeatureWriteCounts(TypedDict):
    written: int
    # Rows left out, as a later one of their key is there.
    older: int
    # Rows left out, as they are past the TTL.
    expired: int


class FeatureRows(TypedDict):
    rows: list[dict[str, Any]]


class ModelFeaturesRequest(TypedDict):
    views: list[str]


class ModelFeatures(TypedDict):
    model: str
    views: list[str]


class FeatureUse(TypedDict):
    view: str
    # Rows that lacked something and had a key.
    looked_up: int
    found: int
    # Age of the oldest features used.
    oldest_seconds: Union[float, None]
    # The view did not answer in time, and the model's own rule for missing values held.
    failed: bool


class Key(TypedDict):
    id: str
    name: str
    role: Literal['predict', 'push', 'admin']
    created: str
    expires: Union[str, None]
    who: str


class KeyList(TypedDict):
    keys: list[Key]


class KeyMade(TypedDict):
    id: str
    name: str
    role: Literal['predict', 'push', 'admin']
    created: str
    expires: Union[str, None]
    who: str
    # The key itself, told this once.
    key: str


class KeyRequest(TypedDict):
    name: str
    role: NotRequired[Literal['predict', 'push', 'admin']]
    expires: NotRequired[str]


# One of the four members holds the rows.
class InvocationRequest(TypedDict):
    dataframe_split: NotRequired[dict[str, Any]]
    dataframe_records: NotRequired[list[dict[str, Any]]]
    instances: NotRequired[list[Any]]
    inputs: NotRequired[Union[list[Any], dict[str, Any]]]
    params: NotRequired[Union[dict[str, Any], None]]


class InvocationAnswer(TypedDict):
    # What predict gives; rows, of models without an output `predict` or `prediction`, or where outputs are asked for.
    predictions: list[Any]
    model: str
    version: int
    prediction_id: str


class ModelConfig(TypedDict):
    name: str
    platform: str
    backend: str
    # 0: the rows are a dimension of the tensors.
    max_batch_size: int
    input: list[ConfigTensor]
    output: list[ConfigTensor]


class ConfigTensor(TypedDict):
    name: str
    data_type: Literal['TYPE_BOOL', 'TYPE_INT64', 'TYPE_FP32', 'TYPE_FP64', 'TYPE_STRING']
    dims: list[int]


class ModelStatistics(TypedDict):
    model_stats: list[dict[str, Any]]


class StatisticDuration(TypedDict):
    count: int
    ns: int


RepositoryIndex = 'list[dict[str, Any]]'


class Job(TypedDict):
    id: str
    # failed: what was submitted cannot be scored; dead: tried as often as it may be.
    state: Literal['queued', 'running', 'succeeded', 'failed', 'cancelled', 'dead']
    model: str
    # Settled when the job was submitted.
    version: int
    # The name of the API key that submitted it.
    tenant: str
    priority: int
    form: Literal['json', 'csv', 'jsonl', 'arrow']
    outputs: list[str]
    input_bytes: int
    created: str
    deadline: Union[str, None]
    # Of the try that runs now.
    started: Union[str, None]
    finished: Union[str, None]
    attempts: int
    # Scored so far.
    rows: int
    # From 0 to 1, by the input that was read.
    progress: float
    webhook: Union[str, None]
    error: Union[None, dict[str, Any]]


class JobList(TypedDict):
    jobs: list[Job]
    next_page_token: Union[str, None]


class JobAnswers(TypedDict):
    job: str
    rows: list[dict[str, Any]]
    # Null when these were the last; while the job runs it leads to the answers that are still to come.
    next_page_token: Union[str, None]


# Besides a member input.NAME or output.NAME for each input and output of the version.
class LoggedPrediction(TypedDict):
    time: str
    prediction_id: str
    # Within the request.
    row: int
    key: Union[str, None]
    version: int
    # By which the version was found; null: by the model's name alone, or by its number.
    alias: Union[str, None]
    # Name of the API key.
    caller: Union[str, None]
    trace_id: Union[str, None]
    # Scored beside the answer that was given.
    shadow: bool
    latency_ms: float
    # Where labels are asked for; null: none came yet.
    label: NotRequired[Union[float, str, bool, list[Any], None]]
    label_time: NotRequired[Union[str, None]]


class LoggedPredictionList(TypedDict):
    predictions: list[LoggedPrediction]
    # A page may be short, or empty, before the last one.
    next_page_token: Union[str, None]


# Of a prediction, by prediction_id, or of what the caller named by key: one of both.
class Label(TypedDict):
    prediction_id: NotRequired[str]
    # Of the request that has the id.
    row: NotRequired[int]
    key: NotRequired[str]
    # A list holds numbers, texts, true and false.
    label: Union[float, str, bool, list[Any]]
    # When it became known; of two labels the later one counts. Absent: now.
    time: NotRequired[str]


class LabelsRequest(TypedDict):
    labels: list[Label]


class LabelCounts(TypedDict):
    stored: int
    # There already.
    same: int
    # Left out, as a later label of the same is there.
    older: int


class StoredLabel(TypedDict):
    prediction_id: NotRequired[str]
    # Of the request that has the id.
    row: NotRequired[int]
    key: NotRequired[str]
    # A list holds numbers, texts, true and false.
    label: Union[float, str, bool, list[Any]]
    # When it became known; of two labels the later one counts. Absent: now.
    time: str
    arrived: str
    who: str


class LabelList(TypedDict):
    labels: list[StoredLabel]
    next_page_token: Union[str, None]


class TrafficShare(TypedDict):
    alias: str
    percent: float


class TrafficRequest(TypedDict):
    # Aliases and their percents, 100 together; none: the plain name means what it always does.
    split: NotRequired[list[TrafficShare]]
    # One X-Scoreway-Key is led to one alias, as long as the shares stay.
    sticky: NotRequired[bool]
    # Aliases that score a copy of each request after its answer, into the prediction log.
    shadow: NotRequired[list[str]]
    # The revision that the policy must have now; absent: any.
    expected: NotRequired[int]
    who: NotRequired[str]
    why: NotRequired[str]


class TrafficPolicy(TypedDict):
    model: str
    # Aliases and their percents, 100 together; none: the plain name means what it always does.
    split: list[TrafficShare]
    # One X-Scoreway-Key is led to one alias, as long as the shares stay.
    sticky: bool
    # Aliases that score a copy of each request after its answer, into the prediction log.
    shadow: list[str]
    # 0: there never was a policy.
    revision: int
    changed: Union[str, None]
    who: str
    why: str


class StreamRequest(TypedDict):
    name: str
    # host:port,host:port
    brokers: str
    # The topic of rows, or of labels, one a message.
    input: str
    # NAME, NAME@ALIAS or NAME/VERSION; the version of an alias follows its moves while the stream runs.
    model: str
    # The topic of answers: JSON objects, with the message's key and headers. Of labels there is none.
    output: NotRequired[str]
    # The topic of messages that cannot be scored, with the reason in their headers.
    errors: NotRequired[str]
    # rows are answered in the output. labels, JSON as in the list of POST /v1/models/{model}/labels, are stored; a
    # label that names no prediction is one of the message's key.
    takes: NotRequired[Literal['rows', 'labels']]
    # json: an object, or an array of values by position; csv: a record; avro: a record, bare with 'schema', else
    # framed with the number of its schema in the registry that the server was given.
    format: NotRequired[Literal['json', 'csv', 'avro']]
    # Of answers. avro: framed records, whose schema is registered as OUTPUT-value.
    output_format: NotRequired[Literal['json', 'avro']]
    # The schema of bare records of Avro, as JSON text.
    schema: NotRequired[Union[str, None]]
    # Of CSV; none: the model's inputs, in their order.
    columns: NotRequired[list[str]]
    # Those wanted; none: all.
    outputs: NotRequired[list[str]]
    # Begin with messages to come, where the stream has never run.
    from_end: NotRequired[bool]
    paused: NotRequired[bool]
    who: NotRequired[str]


class StreamEnd(TypedDict):
    partition: int
    offset: int


class Stream(TypedDict):
    name: str
    # host:port,host:port
    brokers: str
    # The topic of rows, one a message.
    input: str
    # NAME, NAME@ALIAS or NAME/VERSION; the version of an alias follows its moves while the stream runs.
    model: str
    # The topic of answers: JSON objects or records of Avro, with the message's key and headers.
    output: str
    # The topic of messages that cannot be scored, with the reason in their headers.
    errors: str
    # rows are answered in the output. labels, JSON as in the list of POST /v1/models/{model}/labels, are stored; a
    # label that names no prediction is one of the message's key.
    takes: Literal['rows', 'labels']
    # json: an object, or an array of values by position; csv: a record; avro: a record, bare with 'schema', else
    # framed with the number of its schema in the registry that the server was given.
    format: Literal['json', 'csv', 'avro']
    # Of answers. avro: framed records, whose schema is registered as OUTPUT-value.
    output_format: Literal['json', 'avro']
    # The schema of bare records of Avro, as JSON text.
    schema: Union[str, None]
    # Of CSV; none: the model's inputs, in their order.
    columns: list[str]
    # Those wanted; none: all.
    outputs: list[str]
    # Begin with messages to come, where the stream has never run.
    from_end: bool
    replay_of: Union[str, None]
    # Where a replay ends.
    ends: list[StreamEnd]
    state: Literal['running', 'paused', 'done']
    revision: int
    created: str
    changed: str
    who: str


class StreamView(TypedDict):
    name: str
    # host:port,host:port
    brokers: str
    # The topic of rows, one a message.
    input: str
    # NAME, NAME@ALIAS or NAME/VERSION; the version of an alias follows its moves while the stream runs.
    model: str
    # The topic of answers: JSON objects, with the message's key and headers.
    output: str
    # The topic of messages that cannot be scored, with the reason in their headers.
    errors: str
    # json: an object, or an array of values by position; csv: a record; avro: a record, bare with 'schema', else
    # framed with the number of its schema in the registry that the server was given.
    format: Literal['json', 'csv', 'avro']
    # Of answers. avro: framed records, whose schema is registered as OUTPUT-value.
    output_format: NotRequired[Literal['json', 'avro']]
    # The schema of bare records of Avro, as JSON text.
    schema: NotRequired[Union[str, None]]
    # Of CSV; none: the model's inputs, in their order.
    columns: list[str]
    # Those wanted; none: all.
    outputs: list[str]
    # Begin with messages to come, where the stream has never run.
    from_end: bool
    replay_of: Union[str, None]
    # Where a replay ends.
    ends: list[StreamEnd]
    state: Literal['running', 'paused', 'done']
    revision: int
    created: str
    changed: str
    who: str
    # The processes that run it, as they said in the last seconds.
    instances: list[StreamReport]


class StreamReport(TypedDict):
    instance: str
    activity: Literal['starting', 'running', 'waiting']
    # What it waits for, or why it begins anew.
    error: Union[str, None]
    partitions: int
    # Messages that wait in these partitions.
    lag: int
    messages: int
    bad: int
    transactions: int
    restarts: int
    version: int
    time: str


class StreamList(TypedDict):
    streams: list[Stream]


ReplayRequest = TypedDict('ReplayRequest', {'name': str, 'model': 'NotRequired[str]', 'output': str, 'errors': 'NotRequired[str]', 'from_offset': 'NotRequired[int]', 'from': 'NotRequired[str]', 'who': 'NotRequired[str]'})


class Debug(TypedDict):
    version: str
    compiler: str
    draining: bool
    threads: int
    resident_bytes: int
    # A line each, as in a file for --config.
    settings: str
    # The loaded versions: memory, time of loading, cost, and how many hold them.
    models: list[dict[str, Any]]
    # Loads under way, and bytes that wait for the prediction log.
    waiting: dict[str, int]
    # The log's lines of the last 20 requests that failed by a fault of ours.
    last_errors: list[dict[str, Any]]


# By which rules a challenger takes the champion's place; docs/challenge.md.
class ChallengePolicy(TypedDict):
    # The champion's alias.
    champion: NotRequired[str]
    metric: NotRequired[Literal['error', 'brier', 'log_loss', 'absolute_error', 'squared_error']]
    # The output that is marked; empty: the version's first.
    output: NotRequired[str]
    # Of brier and log_loss: the label whose probability the output is.
    positive: NotRequired[Any]
    # Of log_loss and the errors of numbers: losses are divided by it, and cut off at 1.
    scale: NotRequired[float]
    margin: NotRequired[float]
    # The probability of promoting a challenger that is not better.
    alpha: NotRequired[float]
    rollback_alpha: NotRequired[float]
    labels_min: NotRequired[int]
    # 0: there is no end.
    labels_max: NotRequired[int]
    time_min_s: NotRequired[float]
    # How long after a prediction its label counts.
    label_wait_s: NotRequired[float]
    # Of the challenger's p99 to the champion's; 0: any.
    latency_ratio_max: NotRequired[float]
    # How far the challenger's copies may drift from its own reference; empty: as far as they like.
    drift_max: NotRequired[Literal['', 'quiet', 'warning']]
    # Rising percentages: so many of the requests that name the model alone the challenger answers itself, step by
    # step, before it is promoted.
    canary: NotRequired[list[float]]
    # thompson: the percentage follows how likely the challenger is the better one, between the two of canary.
    allocation: NotRequired[Literal['steps', 'thompson']]
    # Labels of requests that the challenger answered, in each step.
    canary_labels_min: NotRequired[int]
    canary_time_s: NotRequired[float]
    # Inputs, no value of which may fare worse.
    segments: NotRequired[list[str]]
    watch_s: NotRequired[float]
    cool_down_s: NotRequired[float]
    dry_run: NotRequired[bool]


# What the labels have told so far; and the states of the tests, which are for the server.
class ChallengeEvidence(TypedDict):
    labels: int
    # Rows whose label did not come in time.
    unlabelled: int
    champion_loss: Union[float, None]
    challenger_loss: Union[float, None]
    # Of the champion's mean loss less the challenger's: a confidence sequence at 1 - alpha.
    lead_low: NotRequired[float]
    lead_high: NotRequired[float]
    champion_p99_ms: NotRequired[float]
    challenger_p99_ms: NotRequired[float]
    trace: NotRequired[EvidenceTrace]


class Challenge(TypedDict):
    model: str
    # Its alias.
    challenger: str
    phase: Literal['testing', 'canary', 'promoting', 'watching', 'rolling_back', 'kept', 'rolled_back', 'rejected', 'stopped']
    # Of the phase canary: which of the policy's percentages, from 0.
    canary_step: int
    champion_version: int
    challenger_version: int
    started: str
    phase_since: str
    # Predictions before it are in the evidence.
    seen_until: str
    revision: int
    who: str
    why: str
    policy: ChallengePolicy
    evidence: ChallengeEvidence


class ChallengeRequest(TypedDict):
    policy: NotRequired[ChallengePolicy]
    who: NotRequired[str]
    why: NotRequired[str]


ChallengeReplayRequest = TypedDict('ChallengeReplayRequest', {'policy': 'NotRequired[ChallengePolicy]', 'from': 'NotRequired[str]', 'to': 'NotRequired[str]', 'champion_version': 'NotRequired[int]', 'challenger_version': 'NotRequired[int]', 'rows_max': 'NotRequired[int]'})


class ChallengeReplayAnswer(TypedDict):
    # What it would have done; wait: nothing yet. With a canary a better challenger goes into that first.
    verdict: Literal['wait', 'canary', 'promote', 'reject', 'keep', 'roll_back']
    reason: str
    # The time of the prediction after which it would have; null: it would not have.
    decided: Union[str, None]
    # The champion's answers that were read.
    rows: int
    # False: rows_max were read, and there are more.
    whole: bool
    challenge: Challenge


class ChallengeList(TypedDict):
    challenges: list[Challenge]
    next_page_token: Union[str, None]


class ChallengeEvent(TypedDict):
    sequence: int
    time: str
    challenger: str
    # begun, canary, promoting, promoted, kept, rejected, rolling_back, rolled_back, stopped, would_promote or
    # would_roll_back
    kind: str
    champion_version: int
    challenger_version: int
    reason: str
    evidence: Union[ChallengeEvidence, None]


# One of both.
class HistoryEntry(TypedDict):
    move: NotRequired[AliasEvent]
    challenge: NotRequired[ChallengeEvent]


class ModelHistory(TypedDict):
    history: list[HistoryEntry]
    next_page_token: Union[str, None]


class ColumnDrift(TypedDict):
    column: str
    role: Literal['input', 'output']
    kind: Literal['number', 'category']
    state: Literal['quiet', 'warning', 'alarm']
    reasons: list[str]
    reference_rows: int
    rows: int
    # False: statistics come from sketches; shares are off by at most rank_error.
    exact: bool
    rank_error: float
    psi: Union[float, None]
    jensen_shannon: Union[float, None]
    ks: NotRequired[Union[float, None]]
    ks_p_value: NotRequired[Union[float, None]]
    wasserstein: NotRequired[Union[float, None]]
    # Over the standard deviation of the reference.
    wasserstein_normed: NotRequired[Union[float, None]]
    chi_square: NotRequired[Union[float, None]]
    chi_square_p_value: NotRequired[Union[float, None]]
    # The smallest of the column, adjusted for all tests of the report.
    adjusted_p_value: Union[float, None]
    reference_missing: Union[float, None]
    missing: Union[float, None]
    missing_p_value: Union[float, None]
    out_of_range: NotRequired[Union[float, None]]
    unseen: NotRequired[Union[float, None]]
    reference_distinct: Union[float, None]
    distinct: Union[float, None]
    reference_mean: NotRequired[Union[float, None]]
    mean: NotRequired[Union[float, None]]
    reference_median: NotRequired[Union[float, None]]
    median: NotRequired[Union[float, None]]
    changed_category: NotRequired[str]
    reference_share: NotRequired[Union[float, None]]
    share: NotRequired[Union[float, None]]
    shares: ColumnShares


DriftReport = TypedDict('DriftReport', {'state': Literal['quiet', 'warning', 'alarm'], 'enough_rows': bool, 'reference_rows': int, 'rows': int, 'from': Union[str, None], 'to': Union[str, None], 'columns': list[ColumnDrift], 'together': Union[dict[str, Any], None], 'not_compared': list[str]})


class ModelDrift(TypedDict):
    model: str
    version: int
    window: str
    # sample: of the training data; log: learned from the first rows; or the time of `against`.
    reference: str
    report: DriftReport


# A number with its interval at 95 %; null: it cannot be said.
Measure = 'Union[dict[str, Any], None]'


ClassMeasures = TypedDict('ClassMeasures', {'class': str, 'support': int, 'precision': Measure, 'recall': Measure, 'f1': Union[float, None]})


# Of a classification accuracy and what follows from probabilities; of a regression rmse, mae, bias and r2.
class Metrics(TypedDict):
    rows: int
    accuracy: NotRequired[Measure]
    macro_precision: NotRequired[Union[float, None]]
    macro_recall: NotRequired[Union[float, None]]
    macro_f1: NotRequired[Union[float, None]]
    log_loss: NotRequired[Measure]
    brier: NotRequired[Measure]
    auc: NotRequired[Measure]
    calibration_error: NotRequired[Union[float, None]]
    classes: NotRequired[list[ClassMeasures]]
    rmse: NotRequired[Measure]
    mae: NotRequired[Measure]
    bias: NotRequired[Measure]
    r2: NotRequired[Union[float, None]]


class SegmentMetrics(TypedDict):
    value: str
    metrics: Metrics


class ErrorChange(TypedDict):
    detector: Literal['adwin', 'page_hinkley', 'ddm']
    time: str


# Not measured: what the probabilities of rows without a label lead to expect, if they are calibrated.
Estimate = 'Union[dict[str, Any], None]'


class Performance(TypedDict):
    model: str
    version: int
    window: str
    task: Literal['classification', 'regression']
    predictions: int
    labelled: int
    # False: the window has more rows; these are the newest.
    whole: bool
    label_delay_median_seconds: Union[float, None]
    label_delay_90_percent_seconds: Union[float, None]
    metrics: Metrics
    estimate: Estimate
    segments: list[SegmentMetrics]
    # In the order of time, of the same number of rows each.
    stretches: list[StretchMetrics]
    changes: list[ErrorChange]


class ReferenceProfile(TypedDict):
    rows: int
    source: Literal['sample', 'log']
    created: str
    who: str


class LearnReferenceRequest(TypedDict):
    rows: int
    who: NotRequired[str]


class LearnReferenceAnswer(TypedDict):
    rows: int


class LearnRequest(TypedDict):
    # Rows to learn from: the model's inputs by name and, where it learns from labels, the label. Of a recommender's
    # the item, too.
    rows: NotRequired[list[dict[str, Any]]]
    # In place of rows: the logged predictions, those that have a label or, where none are needed, all.
    from_log: NotRequired[dict[str, Any]]
    # The member of the rows with their labels; none for scalers, clusters and components.
    label: NotRequired[str]
    # Rows that are learned at once; 1000 if absent.
    batch: NotRequired[int]
    # Of models of Spark, which do not save them: decay, half_life, points and weight of a KMeansModel; reg, implicit,
    # alpha, nonnegative, renew_users and ratings_max of an ALSModel. Checkpoints keep them.
    settings: NotRequired[dict[str, float]]
    # Makes what was learned the next version.
    promote: NotRequired[bool]
    # Aliases that move from the version that was learned on to the new one; they need a canary.
    aliases: NotRequired[list[str]]
    # Rows that are not learned, by which the answers before and after are compared.
    canary: NotRequired[list[dict[str, Any]]]
    # The share of the canary's answers that may change; 0.2 if absent.
    change_max: NotRequired[float]
    # By how much the canary's share of wrong answers, or error, may rise; 0.02 if absent.
    loss_rise_max: NotRequired[float]
    who: NotRequired[str]
    why: NotRequired[str]


class LearnAnswer(TypedDict):
    run: int
    # Of the last checkpoint: the rows learned, over all runs.
    step: int
    # Learned now.
    rows: int
    # Of from_log: where the rows begin that rows_max has left, as page_token of the next request; null: none are
    # left, or the rows were in the request.
    next_page_token: Union[str, None]
    # How far its answers have moved; null without a canary.
    canary: Union[dict[str, Any], None]
    # The version that it became; null if it did not.
    version: Union[int, None]
    moves: list[dict[str, Any]]


class WatchRequest(TypedDict):
    # 10000: the newest so many predictions; 1h: those of the last time.
    window: NotRequired[str]
    # A time such as 7d: compare with the same window so much earlier; empty: with the reference.
    against: NotRequired[str]
    interval_seconds: NotRequired[int]
    # Of a version without a reference the first so many rows become it; 0: not.
    learn_rows: NotRequired[int]
    level: NotRequired[float]
    psi_warning: NotRequired[float]
    psi_alarm: NotRequired[float]
    missing_warning: NotRequired[float]
    missing_alarm: NotRequired[float]
    outside_warning: NotRequired[float]
    outside_alarm: NotRequired[float]
    rows_min: NotRequired[int]
    # Bounds of accuracy, log_loss, brier, auc, rmse, mae or bias of labelled predictions: an alarm once the metric is
    # shown to be below, a warning before.
    below: NotRequired[dict[str, float]]
    # Likewise once it is above.
    above: NotRequired[dict[str, float]]
    # Of which predictions these metrics are measured, as window.
    metric_window: NotRequired[str]
    rise_after: NotRequired[int]
    fall_after: NotRequired[int]
    # Called when the state changes; empty: nobody is.
    webhook: NotRequired[str]
    # Addresses that are written to when the state changes.
    mail: NotRequired[list[str]]
    who: NotRequired[str]


class Watch(TypedDict):
    model: str
    # 10000: the newest so many predictions; 1h: those of the last time.
    window: str
    # A time such as 7d: compare with the same window so much earlier; empty: with the reference.
    against: str
    interval_seconds: int
    # Of a version without a reference the first so many rows become it; 0: not.
    learn_rows: int
    level: float
    psi_warning: float
    psi_alarm: float
    missing_warning: float
    missing_alarm: float
    outside_warning: float
    outside_alarm: float
    rows_min: int
    # Bounds of accuracy, log_loss, brier, auc, rmse, mae or bias of labelled predictions: an alarm once the metric is
    # shown to be below, a warning before.
    below: dict[str, float]
    # Likewise once it is above.
    above: dict[str, float]
    # Of which predictions these metrics are measured, as window.
    metric_window: str
    rise_after: int
    fall_after: int
    # Called when the state changes; empty: nobody is.
    webhook: str
    # Addresses that are written to when the state changes.
    mail: list[str]
    revision: int
    changed: Union[str, None]
    who: str


# A change of state. attempts, next_try and outcome are those of the webhook.
WatchAlert = TypedDict('WatchAlert', {'number': int, 'time': Union[str, None], 'version': int, 'event': Literal['drift', 'metric'], 'from': Literal['quiet', 'warning', 'alarm'], 'to': Literal['quiet', 'warning', 'alarm'], 'reasons': list[str], 'attempts': int, 'next_try': Union[str, None], 'outcome': str, 'mail': WatchNotice})


class WatchStatus(TypedDict):
    state: Literal['quiet', 'warning', 'alarm']
    since: Union[str, None]
    version: int
    looked: Union[str, None]
    next_look: Union[str, None]
    rows: int
    fault: str
    reasons: list[str]
    windows_graver: int
    rises_to: Literal['quiet', 'warning', 'alarm']
    windows_milder: int
    falls_to: Literal['quiet', 'warning', 'alarm']
    silent_until: Union[str, None]
    silenced_by: str
    acknowledged_by: str
    note: str
    alert_count: int
    alerts: list[WatchAlert]
    # Population stability index of the 20 gravest columns of the last window.
    psi: dict[str, float]
    # Predictions in the last metric_window, where the watch has bounds of metrics.
    predictions: int
    # Those of them that have a label.
    labelled: int
    # What these tell, by the name of the metric.
    metrics: dict[str, dict[str, Any]]


class WatchAndStatus(TypedDict):
    watch: Watch
    status: WatchStatus


class SilenceRequest(TypedDict):
    seconds: int
    note: NotRequired[str]
    who: NotRequired[str]


class AcknowledgeRequest(TypedDict):
    note: NotRequired[str]
    who: NotRequired[str]


# Shares of the cells that are there, on both sides; null where a side has none. Shares that do not add up to 1 leave
# out cells of other values.
ColumnShares = 'Union[dict[str, Any], None]'


# Labelled rows that follow each other in time.
StretchMetrics = TypedDict('StretchMetrics', {'from': str, 'to': str, 'metrics': Metrics})


# How the evidence has grown: numbers after each so many labels.
class EvidenceTrace(TypedDict):
    step: int
    labels: list[int]
    # The champion's mean loss less the challenger's.
    lead: list[Union[float, None]]
    low: list[Union[float, None]]
    high: list[Union[float, None]]
    # Natural logarithm of the evidence to 1 that the challenger is better.
    better: list[Union[float, None]]
    worse: list[Union[float, None]]


class WatchNotice(TypedDict):
    attempts: int
    next_try: Union[str, None]
    # sent, silenced, acknowledged, nobody to tell, or why the call has failed.
    outcome: str


class BatchRequest(TypedDict):
    name: str
    # NAME, NAME@ALIAS or NAME/VERSION; of an alias the version that it means when the batch fires.
    model: str
    # Where answers go: file:NAME-{firing}.parquet (or .csv, .arrow, .jsonl) or sqlite:FILE/TABLE, beneath the folder
    # of the server that scores; cassandra://HOST/KEYSPACE.TABLE or postgresql://HOST/DATABASE?table=TABLE, of a
    # database that the server may write to; or kafka://HOST:PORT/TOPIC.
    output: str
    # A topic, kafka://HOST:PORT/TOPIC, whose messages are rows of the batch, too, each once; empty: none.
    input: NotRequired[str]
    # Columns of the rows that the answers have, too: `id` (text), or with the type `id:int64`.
    keep: NotRequired[list[str]]
    # Those wanted; none: all.
    outputs: NotRequired[list[str]]
    # Fire at these times: minute, hour, day of the month, month, day of the week.
    cron: NotRequired[str]
    # Of the cron line, as Europe/Zurich; empty: UTC.
    timezone: NotRequired[str]
    # Fire as soon as so many rows wait; 0: not.
    rows: NotRequired[int]
    # Fire as soon as the oldest row waits so long; 0: not.
    age_seconds: NotRequired[int]
    # Fire after a new version of the model.
    after_version: NotRequired[bool]
    # Fire after `model` has come to mean another version.
    after_move: NotRequired[bool]
    # Who makes it; the name of the key where keys are asked for.
    who: NotRequired[str]


class StoredBatch(TypedDict):
    name: str
    # NAME, NAME@ALIAS or NAME/VERSION; of an alias the version that it means when the batch fires.
    model: str
    # Where answers go: file:NAME-{firing}.parquet (or .csv, .arrow, .jsonl) or sqlite:FILE/TABLE, beneath the folder
    # of the server that scores; cassandra://HOST/KEYSPACE.TABLE or postgresql://HOST/DATABASE?table=TABLE, of a
    # database that the server may write to; or kafka://HOST:PORT/TOPIC.
    output: str
    # A topic, kafka://HOST:PORT/TOPIC, whose messages are rows of the batch, too, each once; empty: none.
    input: str
    # Columns of the rows that the answers have, too: `id` (text), or with the type `id:int64`.
    keep: list[str]
    # Those wanted; none: all.
    outputs: list[str]
    # Fire at these times: minute, hour, day of the month, month, day of the week.
    cron: str
    # Of the cron line, as Europe/Zurich; empty: UTC.
    timezone: str
    # Fire as soon as so many rows wait; 0: not.
    rows: int
    # Fire as soon as the oldest row waits so long; 0: not.
    age_seconds: int
    # Fire after a new version of the model.
    after_version: bool
    # Fire after `model` has come to mean another version.
    after_move: bool
    created: str
    who: str


class StoredBatchList(TypedDict):
    batches: list[StoredBatch]


class Firing(TypedDict):
    number: int
    cause: Literal['manual', 'cron', 'rows', 'age', 'version', 'move']
    # delivered: the answers are where they belong, the rows are still to be removed.
    state: Literal['waiting', 'running', 'delivered', 'done', 'failed']
    # Of cron: the time on its line, the first one that nobody had fired for.
    due: Union[str, None]
    fired: Union[str, None]
    # That answers: what the model meant when the batch fired.
    version: int
    rows: int
    bytes: int
    # Messages that came among the rows and are none.
    bad_messages: int
    who: str
    # The server that works, or has worked, on it.
    instance: str
    lease_until: Union[str, None]
    attempts: int
    next_try: Union[str, None]
    # So far.
    scored_rows: int
    bad_rows: int
    error: Union[str, None]
    finished: Union[str, None]


class BadRow(TypedDict):
    # Its number in the firing, from 1; null of a message.
    row: Union[int, None]
    # topic/partition/offset, of a message that is no row.
    message: Union[str, None]
    reason: str
    # The row as JSON, or the message's value; bytes that are no UTF-8 are U+FFFD. Cut off where it is larger than a
    # megabyte.
    text: str


class BadRows(TypedDict):
    bad_rows: list[BadRow]
    # For the next page; null: there is none.
    next_page_token: Union[str, None]


class FiringList(TypedDict):
    firings: list[Firing]


class WaitingRows(TypedDict):
    # The number that they will fire under.
    firing: int
    rows: int
    bytes: int
    # Messages that came among the rows and are none.
    bad_messages: int
    oldest: Union[str, None]


class BatchView(TypedDict):
    name: str
    # NAME, NAME@ALIAS or NAME/VERSION; of an alias the version that it means when the batch fires.
    model: str
    # Where answers go: file:NAME-{firing}.parquet (or .csv, .arrow, .jsonl) or sqlite:FILE/TABLE, beneath the folder
    # of the server that scores; cassandra://HOST/KEYSPACE.TABLE or postgresql://HOST/DATABASE?table=TABLE, of a
    # database that the server may write to; or kafka://HOST:PORT/TOPIC.
    output: str
    # A topic, kafka://HOST:PORT/TOPIC, whose messages are rows of the batch, too, each once; empty: none.
    input: str
    # Columns of the rows that the answers have, too: `id` (text), or with the type `id:int64`.
    keep: list[str]
    # Those wanted; none: all.
    outputs: list[str]
    # Fire at these times: minute, hour, day of the month, month, day of the week.
    cron: str
    # Of the cron line, as Europe/Zurich; empty: UTC.
    timezone: str
    # Fire as soon as so many rows wait; 0: not.
    rows: int
    # Fire as soon as the oldest row waits so long; 0: not.
    age_seconds: int
    # Fire after a new version of the model.
    after_version: bool
    # Fire after `model` has come to mean another version.
    after_move: bool
    created: str
    who: str
    waiting: WaitingRows
    # The next time of the cron line.
    next: Union[str, None]
    # Of each partition of the topic the offset before which all messages are stored.
    input_offsets: list[int]
    # Firings that are not over.
    unfinished: list[Firing]


class RowsStored(TypedDict):
    firing: int
    rows: int
    ignored_columns: list[str]


class FireRequest(TypedDict):
    # Who makes it; the name of the key where keys are asked for.
    who: NotRequired[str]


class FireTrainerRequest(TypedDict):
    who: NotRequired[str]
    why: NotRequired[str]


class TrainerTriggers(TypedDict):
    on_alarm: bool
    below: dict[str, float]
    above: dict[str, float]
    metric_window: str
    labels: int
    every_seconds: int
    pause_seconds: int
    since: str
    challenge: Union[dict[str, Any], None]


class Trainer(TypedDict):
    model: str
    command: list[str]
    seconds_max: int
    memory_bytes_max: int
    alias: str
    triggers: TrainerTriggers
    changed: str
    who: str
    why: str


class TrainerState(TypedDict):
    started: Union[str, None]
    ended: Union[str, None]
    reason: str
    outcome: str
    version: int
    claimed_until: Union[str, None]
    # Who wants it fired, and why; empty: nobody does.
    asked: str


class TrainerAndState(TypedDict):
    trainer: Trainer
    state: TrainerState
