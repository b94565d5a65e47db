import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.AbstractHandler;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.FieldValue;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;

/** JpmmlServer PORT FOLDER NAME...: POST /NAME takes {"rows":[[...], ...]} and answers {"predictions":[...]}. */
public final class JpmmlServer extends AbstractHandler {
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, Evaluator> evaluators = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    JpmmlServer handler = new JpmmlServer();
    for (int i = 2; i < arguments.length; ++i) {
      Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(arguments[1], arguments[i] + ".pmml")).build();
      evaluator.verify();
      handler.evaluators.put("/" + arguments[i], evaluator);
    }
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(arguments[0]));
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
    server.join();
  }

  @Override
  public void handle(String target, Request base, HttpServletRequest request, HttpServletResponse response) throws IOException {
    base.setHandled(true);
    Evaluator evaluator = evaluators.get(target);
    if (evaluator == null) {
      response.setStatus(404);
      return;
    }
    ObjectNode answer = mapper.createObjectNode();
    ArrayNode predictions = answer.putArray("predictions");
    for (JsonNode row : mapper.readTree(request.getInputStream()).get("rows")) predictions.add(predict(evaluator, row));
    byte[] body = mapper.writeValueAsBytes(answer);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static double predict(Evaluator evaluator, JsonNode row) {
    List<InputField> fields = evaluator.getInputFields();
    Map<String, FieldValue> prepared = new HashMap<>();
    for (InputField field : fields) {
      // The fields are named by their place in a row, and need not come in that order.
      JsonNode cell = row.get(Integer.parseInt(field.getName().substring(1)));
      Object value = cell.isNull() ? null : cell.isTextual() ? cell.asText() : (Object) cell.asDouble();
      prepared.put(field.getName(), field.prepare(value));
    }
    Map<String, ?> results = EvaluatorUtil.decodeAll(evaluator.evaluate(prepared));
    for (String name : new String[] {"proba_1", "prediction", "predict"}) {
      if (results.get(name) instanceof Number) return ((Number) results.get(name)).doubleValue();
    }
    throw new IllegalStateException("no answer among " + results.keySet());
  }
}
