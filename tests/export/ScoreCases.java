// Scores CSV rows with JPMML-Evaluator: a line "model<TAB>rows<TAB>answers" on standard input each; "ok" or what went
// wrong is the answer to it. Answers are CSV; a missing one is an empty cell.
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmg.pmml.DataType;
import org.dmg.pmml.MiningField;
import org.dmg.pmml.MissingValueTreatmentMethod;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.evaluator.OutputField;
import org.jpmml.evaluator.TargetField;

public class ScoreCases {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null;) {
      String[] files = line.split("\t");
      String answer;
      try {
        score(files[0], files[1], files[2]);
        answer = "ok";
      } catch (Throwable error) {
        answer = error.toString().replace('\n', ' ');
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
          answer += " <- " + cause.toString().replace('\n', ' ');
        }
        if (Boolean.getBoolean("trace")) error.printStackTrace();
      }
      System.out.println(answer);
      System.out.flush();
    }
  }

  static void score(String model, String rows, String answers) throws Exception {
    Evaluator evaluator = new LoadingModelEvaluatorBuilder().load(new File(model)).build();
    evaluator.verify();
    List<List<String>> table = parse(new String(Files.readAllBytes(Paths.get(rows)), StandardCharsets.UTF_8));
    List<String> header = table.get(0);
    List<String> names = new ArrayList<>();
    for (TargetField field : evaluator.getTargetFields()) {
      if (field.getName() != null) names.add(field.getName().toString());
    }
    for (OutputField field : evaluator.getOutputFields()) names.add(field.getName().toString());
    try (PrintWriter out = new PrintWriter(answers, StandardCharsets.UTF_8)) {
      out.println(toLine(names));
      List<InputField> inputs = evaluator.getInputFields();
      for (List<String> row : table.subList(1, table.size())) {
        Map<String, Object> cells = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); ++i) {
          String name = inputs.get(i).getName().toString();
          int column = header.indexOf(name);
          String cell = row.get(column >= 0 ? column : Integer.parseInt(name.substring(1)));
          if (cell == null && takesEmptyText(inputs.get(i))) cell = "";
          cells.put(name, cell == null ? null : inputs.get(i).prepare(cell));
        }
        Map<String, ?> results = EvaluatorUtil.decodeAll(evaluator.evaluate(cells));
        List<String> values = new ArrayList<>();
        for (String name : names) {
          Object value = results.get(name);
          boolean missing = value == null || (value instanceof Double && ((Double) value).isNaN());
          values.add(missing ? "" : value.toString());
        }
        out.println(toLine(values));
      }
    }
  }

  // An empty cell of text that may not be missing is an empty text.
  static boolean takesEmptyText(InputField field) {
    return field.getDataType() == DataType.STRING
        && ((MiningField) field.getMiningField()).getMissingValueTreatment() == MissingValueTreatmentMethod.RETURN_INVALID;
  }

  static String toLine(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); ++i) {
      if (i > 0) line.append(',');
      line.append('"').append(cells.get(i).replace("\"", "\"\"")).append('"');
    }
    return line.toString();
  }

  // Rows of cells; an empty cell without quotes is null.
  static List<List<String>> parse(String text) {
    List<List<String>> table = new ArrayList<>();
    List<String> record = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false, wasQuoted = false;
    for (int i = 0; i < text.length(); ++i) {
      char c = text.charAt(i);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          cell.append('"');
          ++i;
        } else {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = wasQuoted = true;
      } else if (c == ',' || c == '\n') {
        record.add(cell.length() == 0 && !wasQuoted ? null : cell.toString());
        cell.setLength(0);
        wasQuoted = false;
        if (c == '\n') {
          table.add(record);
          record = new ArrayList<>();
        }
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (cell.length() > 0 || !record.isEmpty()) {
      record.add(cell.length() == 0 && !wasQuoted ? null : cell.toString());
      table.add(record);
    }
    return table;
  }
}
