// Writes JPMML-Evaluator's answers, expected.csv, to the rows of input.csv (no quotes, an empty cell is missing) in each of
// the folders, which have a model.pmml:
//   java -cp 'jars/*' PmmlAnswers.java FOLDER...
// A model that fails is named, and has no answers. A target field that is a classification is shown as its label; probabilities of classes are the output fields'.
import java.io.BufferedReader;
import java.io.File;
import java.io.FileReader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.FieldValue;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.evaluator.OutputField;
import org.jpmml.evaluator.TargetField;

public class PmmlAnswers {
  public static void main(String[] arguments) throws Exception {
    for (String folder : arguments) {
      File answers = new File(folder, "expected.csv");
      try (PrintWriter writer = new PrintWriter(answers, "UTF-8")) {
        answer(new File(folder), writer);
      } catch (RuntimeException e) {
        System.out.println(folder + ": " + e);
        answers.delete();
      }
    }
  }

  static void answer(File folder, PrintWriter writer) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(folder, "model.pmml")).build();
    List<String> names = new ArrayList<>();
    for (TargetField field : evaluator.getTargetFields()) names.add(field.getName());
    for (OutputField field : evaluator.getOutputFields()) names.add(field.getName());
    List<String> header = new ArrayList<>();
    for (String name : names) header.add(name == null ? "_target" : name);
    writer.println(String.join(",", header));
    try (BufferedReader reader = new BufferedReader(new FileReader(new File(folder, "input.csv")))) {
      String[] columns = reader.readLine().split(",", -1);
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split(",", -1);
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.length; i++) row.put(columns[i], cells[i].isEmpty() ? null : cells[i]);
        Map<String, FieldValue> prepared = new LinkedHashMap<>();
        for (InputField field : evaluator.getInputFields()) {
          prepared.put(field.getName(), field.prepare(row.get(field.getName())));
        }
        Map<String, ?> results = EvaluatorUtil.decodeAll(evaluator.evaluate(prepared));
        List<String> answers = new ArrayList<>();
        for (String name : names) {
          Object answer = results.get(name);
          String text = answer == null ? "" : answer.toString();
          // Truth values are written as our own CSV has them.
          if (answer instanceof Boolean) text = text.substring(0, 1).toUpperCase() + text.substring(1);
          answers.add(text.contains(",") ? '"' + text + '"' : text);
        }
        writer.println(String.join(",", answers));
      }
    }
  }
}
