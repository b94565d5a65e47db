"""The Open Inference Protocol by NVIDIA's clients, over HTTP and gRPC, with answers compared to scikit-learn's."""
import asyncio
import pathlib
import queue
import re
import subprocess
import sys
import time
import zlib

import grpc
import numpy
import pytest
import requests
import tritonclient.grpc
import tritonclient.grpc.aio
import tritonclient.http
import tritonclient.http.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException

from conftest import running_server
from models import FOREST, FRAME, MATRIX, MIXED, ROWS

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(params=["http", "grpc"])
def door(request, server):
    """One of tritonclient's modules, and a client of it."""
    module = {"http": tritonclient.http, "grpc": tritonclient.grpc}[request.param]
    with module.InferenceServerClient(server[0 if request.param == "http" else 1]) as client:
        yield module, client


DATATYPES = {"float64": "FP64", "float32": "FP32", "float16": "FP16", "object": "BYTES", "bool": "BOOL"}


def tensor(module, name, values, **options):
    values = numpy.asarray(values)
    datatype = DATATYPES.get(values.dtype.name, values.dtype.name.upper())
    made = module.InferInput(name, list(values.shape), datatype)
    made.set_data_from_numpy(values, **options)
    return made


def mixed_tensors(module, frame=FRAME, **options):
    return [tensor(module, "age", frame["age"], **options), tensor(module, "income", frame["income"], **options),
            tensor(module, "city", frame["city"].astype(object), **options)]


def texts(array):
    return [text.decode() if isinstance(text, bytes) else text for text in array.ravel()]


def check_mixed(result, rows=ROWS):
    assert texts(result.as_numpy("predict")) == list(MIXED.predict(FRAME[:rows]))
    expected = MIXED.predict_proba(FRAME[:rows])
    for column, label in enumerate(MIXED.classes_):
        numpy.testing.assert_allclose(result.as_numpy(f"proba_{label}"), expected[:, column], rtol=1e-12)


def test_health_and_metadata(door):
    module, client = door
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("mixed")
    assert client.is_model_ready("mixed", "1") and not client.is_model_ready("none")
    as_json = {} if module is tritonclient.http else {"as_json": True}
    assert client.get_server_metadata(**as_json)["name"] == "scoreway"
    metadata = client.get_model_metadata("mixed@champion", **as_json)
    assert metadata["name"] == "mixed" and metadata["versions"] == ["1"]
    inputs = {one["name"]: (one["datatype"], [int(size) for size in one["shape"]]) for one in metadata["inputs"]}
    assert inputs == {"age": ("FP64", [-1]), "income": ("FP64", [-1]), "city": ("BYTES", [-1])}
    config = client.get_model_config("mixed", **as_json)
    config = config.get("config", config)
    assert [one["data_type"] for one in config["input"]] == ["TYPE_FP64", "TYPE_FP64", "TYPE_STRING"]


def test_index_load_and_statistics(door):
    module, client = door
    as_json = {} if module is tritonclient.http else {"as_json": True}
    client.load_model("forest")
    index = client.get_model_repository_index(**as_json)
    index = index.get("models", index) if isinstance(index, dict) else index
    assert {(one["name"], one["state"]) for one in index} >= {("forest", "READY")}
    before = client.get_inference_statistics("mixed", **as_json)["model_stats"][0]
    client.infer("mixed", mixed_tensors(module))
    after = client.get_inference_statistics("mixed", **as_json)["model_stats"][0]
    assert int(after["inference_count"]) - int(before.get("inference_count", 0)) == ROWS
    assert any(one["name"] == "mixed" for one in client.get_inference_statistics(**as_json)["model_stats"])


def test_infer_mixed_types(door):
    module, client = door
    result = client.infer("mixed", mixed_tensors(module), request_id="a1")
    check_mixed(result)
    response = result.get_response()
    if module is tritonclient.http:
        assert response["id"] == "a1" and response["parameters"]["prediction_id"]
    else:
        assert response.id == "a1" and response.parameters["prediction_id"].string_param


def test_infer_one_matrix(door):
    module, client = door
    result = client.infer("forest", [tensor(module, "input", MATRIX.astype("float32"))])
    expected = FOREST.predict_proba(MATRIX.astype("float32"))
    numpy.testing.assert_allclose(result.as_numpy("proba_1"), expected[:, 1], rtol=1e-12)
    assert list(result.as_numpy("predict")) == list(FOREST.predict(MATRIX.astype("float32")))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", "int16", "int32", "int64", "uint8",
                                   "uint16", "uint32", "uint64", "bool"])
def test_every_datatype(door, dtype):
    module, client = door
    values = numpy.array([[0, 1, 1, 0], [1, 1, 0, 1]]).astype(dtype)
    columns = [tensor(module, f"x{i}", values[:, i].reshape(-1, 1)) for i in range(4)]
    result = client.infer("forest", columns, outputs=[module.InferRequestedOutput("proba_1")])
    numpy.testing.assert_allclose(result.as_numpy("proba_1"), FOREST.predict_proba(values.astype("f8"))[:, 1])
    assert result.as_numpy("predict") is None


def test_json_and_binary_over_http(server):
    module = tritonclient.http
    with module.InferenceServerClient(server[0]) as client:
        for binary_in in (False, True):
            for binary_out in (False, True):
                outputs = [module.InferRequestedOutput(name, binary_data=binary_out)
                           for name in ["predict", "proba_no", "proba_yes"]]
                frame = FRAME.fillna(50) if not binary_in else FRAME  # JSON of tritonclient has no NaN
                result = client.infer("mixed", mixed_tensors(module, frame, binary_data=binary_in), outputs=outputs)
                assert texts(result.as_numpy("predict")) == list(MIXED.predict(frame))


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_packed_bodies(door, algorithm):
    module, client = door
    options = ({"request_compression_algorithm": algorithm, "response_compression_algorithm": algorithm}
               if module is tritonclient.http else {"compression_algorithm": algorithm})
    check_mixed(client.infer("mixed", mixed_tensors(module), **options))


def test_what_unpacks_to_more_than_a_body_may_have_is_refused(url):
    bomb = zlib.compress(bytes(200 << 20), 9)
    answer = requests.post(url + "/v2/models/mixed/infer", bomb, headers={"Content-Encoding": "deflate"}, timeout=30)
    assert answer.status_code == 413 and "limit" in answer.text


def test_typed_contents_over_grpc(server):
    """What clients send that do not know raw contents; the answer is typed, too."""
    request = service_pb2.ModelInferRequest(model_name="mixed", id="t")
    for name, datatype, field in [("age", "FP64", "fp64_contents"), ("income", "FP64", "fp64_contents"),
                                  ("city", "BYTES", "bytes_contents")]:
        one = request.inputs.add(name=name, datatype=datatype, shape=[ROWS, 1])
        values = [text.encode() for text in FRAME[name]] if datatype == "BYTES" else list(FRAME[name])
        getattr(one.contents, field).extend(values)
    with grpc.insecure_channel(server[1]) as channel:
        response = service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(request)
    assert not response.raw_output_contents
    outputs = {one.name: one.contents for one in response.outputs}
    assert [text.decode() for text in outputs["predict"].bytes_contents] == list(MIXED.predict(FRAME))
    numpy.testing.assert_allclose(outputs["proba_yes"].fp64_contents, MIXED.predict_proba(FRAME)[:, 1])


@pytest.mark.parametrize("name", ["http", "grpc"])
def test_aio(server, name):
    module = {"http": tritonclient.http.aio, "grpc": tritonclient.grpc.aio}[name]

    async def ask():
        client = module.InferenceServerClient(server[0 if name == "http" else 1])
        async with client:
            assert await client.is_server_ready()
            return await asyncio.gather(*[client.infer("mixed", mixed_tensors(module)) for _ in range(20)])

    for result in asyncio.run(ask()):
        check_mixed(result)


def mixed_row(i):
    return mixed_tensors(tritonclient.grpc, FRAME[i:i + 1])


def test_a_stream_is_answered_in_its_order_and_outlives_errors(server):
    module, answers = tritonclient.grpc, queue.Queue()
    with module.InferenceServerClient(server[1]) as client:
        client.start_stream(lambda result, error: answers.put((result, error)))
        for i in range(ROWS):
            client.async_stream_infer("mixed", mixed_row(i), request_id=f"row{i}")
            if i == ROWS // 2:
                client.async_stream_infer("none", mixed_row(i), request_id="lost")
        labels, failed = [], []
        for _ in range(ROWS + 1):
            result, error = answers.get(timeout=30)
            if error is not None:
                failed.append((len(labels), error.message()))
                continue
            assert result.get_response().id == f"row{len(labels)}"
            labels += texts(result.as_numpy("predict"))
        client.stop_stream()
    assert labels == list(MIXED.predict(FRAME))
    assert len(failed) == 1 and failed[0][0] == ROWS // 2 + 1 and "none" in failed[0][1]


def test_a_stream_of_aio(server):
    async def ask():
        async def requests():
            for i in range(ROWS):
                yield {"model_name": "mixed", "inputs": mixed_row(i), "request_id": str(i)}

        async with tritonclient.grpc.aio.InferenceServerClient(server[1]) as client:
            return [answer async for answer in client.stream_infer(requests())]

    answers = asyncio.run(ask())
    assert [error for _, error in answers if error is not None] == []
    assert [text for result, _ in answers for text in texts(result.as_numpy("predict"))] == list(MIXED.predict(FRAME))


def test_a_server_that_stops_ends_its_streams(tmp_path):
    ended = queue.Queue()
    with running_server(tmp_path) as addresses:
        client = tritonclient.grpc.InferenceServerClient(addresses[1])
        client.start_stream(lambda result, error: ended.put((result, error)))
        client.async_stream_infer("mixed", mixed_row(0))
        result, error = ended.get(timeout=30)
        assert error is None and texts(result.as_numpy("predict")) == list(MIXED.predict(FRAME[:1]))
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 10  # it does not wait for whoever sends nothing
    result, error = ended.get(timeout=30)
    assert result is None and error.status() == "StatusCode.UNAVAILABLE"
    client.close()


def test_errors_are_the_protocols_own(door):
    module, client = door
    is_http = module is tritonclient.http

    def fails(code, text, call):
        with pytest.raises(InferenceServerException) as failure:
            call()
        status = failure.value.status()
        assert status == (str(code[0]) if is_http else f"StatusCode.{code[1]}"), failure.value
        assert text in failure.value.message()

    fails((404, "NOT_FOUND"), "none", lambda: client.infer("none", mixed_tensors(module)))
    fails((404, "NOT_FOUND"), "9", lambda: client.infer("mixed", mixed_tensors(module), model_version="9"))
    fails((400, "INVALID_ARGUMENT"), "did you mean 'age'",
          lambda: client.infer("mixed", mixed_tensors(module)[1:] + [tensor(module, "aeg", FRAME["age"])]))
    fails((400, "INVALID_ARGUMENT"), "takes numbers",
          lambda: client.infer("mixed", mixed_tensors(module)[1:] + [
              tensor(module, "age", numpy.array(["x"] * ROWS, dtype=object))]))
    fails((400, "INVALID_ARGUMENT"), "none", lambda: client.infer(
        "mixed", mixed_tensors(module), outputs=[module.InferRequestedOutput("none")]))
    fails((422, "UNIMPLEMENTED"), "classification", lambda: client.infer(
        "mixed", mixed_tensors(module), outputs=[module.InferRequestedOutput("predict", class_count=2)]))


def test_grpc_deadlines_and_health(server):
    with grpc.insecure_channel(server[1]) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        assert health.Check(health_pb2.HealthCheckRequest()).status == health_pb2.HealthCheckResponse.SERVING
    module = tritonclient.grpc
    with module.InferenceServerClient(server[1]) as client:
        check_mixed(client.infer("mixed", mixed_tensors(module), client_timeout=10))
        # Megabytes of rows, which no machine reads and scores within the time: the caller is told, and the next is served.
        many = tensor(module, "input", numpy.tile(MATRIX, (3000, 1)))
        with pytest.raises(InferenceServerException) as failure:
            client.infer("forest", [many], client_timeout=0.002)
        assert failure.value.status() == "StatusCode.DEADLINE_EXCEEDED"
        check_mixed(client.infer("mixed", mixed_tensors(module), client_timeout=10))


def test_our_proto_is_the_published_one(tmp_path):
    """Every field of api/open_inference.proto has the name, number and type that it has in the protocol."""
    from google.protobuf import descriptor_pb2
    from tritonclient.grpc import model_config_pb2
    described = tmp_path / "set"
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT}/api", f"--descriptor_set_out={described}",
                    "open_inference.proto"], check=True)
    ours = descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes()).file[0]
    theirs = {}
    for module in (service_pb2, model_config_pb2):
        theirs |= {message.name: message for message in
                   descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb).message_type}
    service = service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"]
    for method in ours.service[0].method:
        published = service.methods_by_name[method.name]
        assert (method.input_type, method.output_type) == (
            "." + published.input_type.full_name, "." + published.output_type.full_name)
        assert (method.client_streaming, method.server_streaming) == (published.client_streaming, published.server_streaming)

    def compare(message, published):
        fields = {field.name: field for field in published.field}
        for field in message.field:
            known = fields[field.name]
            assert (field.number, field.type, field.label, field.type_name) == (
                known.number, known.type, known.label, known.type_name), (message.name, field.name)
        nested = {one.name: one for one in published.nested_type}
        for one in message.nested_type:
            compare(one, nested[one.name])

    for message in ours.message_type:
        compare(message, theirs[message.name])


def calls_counted(url):
    """(method, code) -> calls over gRPC, as /metrics tells."""
    lines = requests.get(url + "/metrics", timeout=10).text.splitlines()
    counted = {}
    for line in lines:
        found = re.fullmatch(r'scoreway_grpc_calls_total\{method="(\w+)",code="(\w+)"\} (\d+)', line)
        if found:
            counted[found[1], found[2]] = int(found[3])
    return counted


def test_calls_over_grpc_are_counted_by_how_they_ended(server, url):
    before = calls_counted(url)
    with tritonclient.grpc.InferenceServerClient(server[1]) as client:
        for _ in range(3):
            client.infer("mixed", mixed_tensors(tritonclient.grpc))
        with pytest.raises(InferenceServerException):
            client.infer("none", mixed_tensors(tritonclient.grpc))
    after = calls_counted(url)
    assert after["ModelInfer", "OK"] - before.get(("ModelInfer", "OK"), 0) == 3
    assert after["ModelInfer", "NOT_FOUND"] - before.get(("ModelInfer", "NOT_FOUND"), 0) == 1
    metrics = requests.get(url + "/metrics", timeout=10).text
    counts = [int(float(line.split()[-1])) for line in metrics.splitlines()
              if line.startswith('scoreway_grpc_call_seconds_count{method="ModelInfer"}')]
    assert counts == [sum(count for (method, _), count in after.items() if method == "ModelInfer")]
