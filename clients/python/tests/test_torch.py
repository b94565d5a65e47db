"""PyTorch, where it is installed: a module is exported as ONNX and answers alike; a training goes on from its state."""
import io

import numpy
import pytest

torch = pytest.importorskip("torch")

import scoreway  # noqa: E402


def test_a_module_answers_as_it_does_itself(client, name, wine):
    frame, _ = wine
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2), torch.nn.Softmax(dim=1))
    version = client.push(net, name, sample=frame, require_parity=True)
    assert version.format == "onnx" and version.tags["torch"] == torch.__version__
    assert version.parity["passed"] and version.parity["rows"] == 200
    answers = client.predict(name, frame.to_numpy().astype(numpy.float32)[:5])
    with torch.no_grad():
        own = net(torch.tensor(frame.to_numpy()[:5], dtype=torch.float32)).numpy()
    numpy.testing.assert_allclose([row["output_0"] for row in answers], own[:, 0], rtol=1e-5)
    with pytest.raises(ValueError, match="sample"):
        client.push(net, name)


def test_a_training_goes_on_from_its_best_state(client, name):
    net = torch.nn.Linear(2, 1)
    optimizer = torch.optim.Adam(net.parameters())
    with client.run(name) as run:
        for step in range(3):
            loss = (net(torch.ones(4, 2)) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.log(step, {"loss": loss.item()}, model=scoreway.torch_state(model=net, optimizer=optimizer))
        run.log(3, {"loss": 99.0}, model=net)
    state = torch.load(io.BytesIO(run.best("loss").pull()), weights_only=True)
    assert set(state) == {"model", "optimizer"}
    other = torch.nn.Linear(2, 1)
    other.load_state_dict(torch.load(io.BytesIO(run.latest().pull()), weights_only=True))
    assert torch.equal(other.weight, net.weight)
