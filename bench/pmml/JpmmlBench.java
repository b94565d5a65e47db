// Measures how long JPMML-Evaluator takes for a row of a document, warm, and writes its answers to all rows:
//   java -Xbatch -cp 'lib/*' JpmmlBench.java WARM_SECONDS SECONDS ANSWERS.csv FOLDER
// FOLDER has a model.pmml and an input.csv. The line printed is JSON: CPU nanoseconds of this thread a row, from values of the
// fields' own types (texts as texts) to the map of results. Rows are made ready before, and taken in turn. Seconds are of this
// thread's CPU, and with -Xbatch nothing is left to compile while it works, so a busy machine changes nothing.
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jpmml.evaluator.Evaluator;
import org.jpmml.evaluator.EvaluatorUtil;
import org.jpmml.evaluator.FieldValue;
import org.jpmml.evaluator.InputField;
import org.jpmml.evaluator.LoadingModelEvaluatorBuilder;
import org.jpmml.evaluator.OutputField;
import org.jpmml.evaluator.TargetField;
import org.jpmml.evaluator.TypeUtil;

public final class JpmmlBench {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROWS_BETWEEN_CLOCKS = 512;

  private final Evaluator evaluator;
  private final List<InputField> fields;
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private int next = 0;

  public static void main(String[] arguments) throws Exception {
    JpmmlBench bench = new JpmmlBench(new File(arguments[3]));
    bench.writeAnswers(new File(arguments[2]));
    bench.score(Double.parseDouble(arguments[0]));
    System.out.println("{\"cpu_ns_per_row\": " + bench.score(Double.parseDouble(arguments[1])) + "}");
  }

  private JpmmlBench(File folder) throws Exception {
    evaluator = new LoadingModelEvaluatorBuilder().load(new File(folder, "model.pmml")).build();
    fields = evaluator.getInputFields();
    try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(new File(folder, "input.csv").toPath())) {
      for (NamedCsvRecord cells : reader) {
        Map<String, Object> row = new HashMap<>();
        for (InputField field : fields) {
          String cell = cells.findField(field.getName()).orElse("");
          row.put(field.getName(), cell.isEmpty() ? null : value(field, cell));
        }
        rows.add(row);
      }
    }
  }

  private static Object value(InputField field, String cell) {
    try {
      return TypeUtil.parse(field.getDataType(), cell);
    } catch (RuntimeException noSuchValue) {
      return cell;
    }
  }

  private Map<String, ?> evaluate(Map<String, Object> row) {
    Map<String, FieldValue> prepared = new HashMap<>();
    for (InputField field : fields) prepared.put(field.getName(), field.prepare(row.get(field.getName())));
    return evaluator.evaluate(prepared);
  }

  /** Scores rows for so long; the CPU nanoseconds that one took. */
  private double score(double seconds) {
    long began = THREADS.getCurrentThreadCpuTime(), spent = 0, done = 0, results = 0;
    while (spent < seconds * 1e9) {
      for (int i = 0; i < ROWS_BETWEEN_CLOCKS; ++i, ++done) {
        results += evaluate(rows.get(next)).size();
        next = next + 1 == rows.size() ? 0 : next + 1;
      }
      spent = THREADS.getCurrentThreadCpuTime() - began;
    }
    if (results == 0) throw new IllegalStateException("no results");
    return (double) spent / done;
  }

  private void writeAnswers(File file) throws Exception {
    List<String> names = new ArrayList<>();
    for (TargetField field : evaluator.getTargetFields()) names.add(field.getName());
    for (OutputField field : evaluator.getOutputFields()) names.add(field.getName());
    try (CsvWriter writer = CsvWriter.builder().build(file.toPath())) {
      List<String> header = new ArrayList<>();
      for (String name : names) header.add(name == null ? "_target" : name);
      writer.writeRecord(header);
      for (Map<String, Object> row : rows) {
        Map<String, ?> results = EvaluatorUtil.decodeAll(evaluate(row));
        List<String> answers = new ArrayList<>();
        for (String name : names) answers.add(results.get(name) == null ? "" : results.get(name).toString());
        writer.writeRecord(answers);
      }
    }
  }
}
