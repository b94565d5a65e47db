// Which outputs stand for what, by the names that the libraries' importers give them; the binding for Python has the same rules.
const PREDICTION = /^(predict|prediction)(_\d+)?$/;
const PROBABILITY = /^(?:proba_|probability\(|probability_|output_probability_|probabilities_)(.*?)\)?$/;
const OTHER = /^(transform(_.*)?|(decision_function|margin|rawPrediction)(_.*)?)$/;

/** Of the names of a model's outputs: the places of the predictions and of the probabilities, and the classes of the latter. */
export function rolesOf(names) {
  const places = (matches) => names.map((name, i) => (matches(name) ? i : -1)).filter((i) => i >= 0);
  const probabilities = places((name) => PROBABILITY.test(name));
  const named = places((name) => PREDICTION.test(name));
  // PMML and ONNX call the prediction as they like; it comes first.
  const predictions = named.length > 0 ? named : places((name) => !PROBABILITY.test(name) && !OTHER.test(name)).slice(0, 1);
  return { predictions, probabilities, classes: probabilities.map((i) => PROBABILITY.exec(names[i])[1]) };
}
