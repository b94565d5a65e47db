// The options of batches, and those of serve that score them.
#include "command_line_parts.h"

namespace scoreway {

void AddServeBatches(CLI::App* command, ServeCommandOptions* options) {
  command
      ->add_option("--batch-folder", options->batch_folder,
                   "Score stored batches here when they have fired, with answers in files beneath this folder; by "
                   "default only fire them")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--batch-database", options->batch_databases,
                   "Stored batches may write to the tables of this database, which is spoken to as the URL says: "
                   "cassandra://HOST/KEYSPACE?OPTIONS or postgresql://HOST/DATABASE?OPTIONS, with the options of "
                   "'scoreway batch'")
      ->type_name("URL");
  command
      ->add_option("--batch-lease", options->batch_lease_seconds,
                   "Seconds after which the firings of a lost scheduler go to another")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
}

void AddBatches(CommandLine& line) {
  using Action = BatchesOptions::Action;
  CLI::App* group = line.app.add_subcommand(
      "batches", "Keep rows until a trigger fires; then score them together and deliver the answers");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.batches, action);
    BatchesOptions* options = line.batches.back().get();
    if (action != Action::kList) command->add_option("name", options->name, "Name of the batch")->required();
    if (action != Action::kDelete && action != Action::kBad) AddJson(command, &options->json);
    AddRegistry(command, &options->registry);
    return command;
  };
  CLI::App* c = add(Action::kCreate, "create", "Make a batch");
  BatchesOptions* o = line.batches.back().get();
  c->add_option("--model", o->model,
                "NAME, NAME@ALIAS or NAME/VERSION; of an alias the version it means at each firing")
      ->required();
  c->add_option(
       "--output", o->output,
       "Where answers go: file:NAME-{firing}.parquet (.csv, .arrow, .jsonl) or sqlite:FILE/TABLE, beneath the "
       "--batch-folder of 'serve'; cassandra://HOST/KEYSPACE.TABLE or postgresql://HOST/DATABASE?table=TABLE, as its "
       "--batch-database allows; or kafka://HOST:PORT/TOPIC")
      ->required();
  c->add_option("--input", o->topic,
                "kafka://HOST:PORT/TOPIC: its messages, JSON objects, are rows of the batch, too, each once");
  c->add_option("--keep", o->keep,
                "Columns of the rows that the answers have, too: 'id' (text), or with the type 'id:int64'")
      ->delimiter(',');
  c->add_option("--outputs", o->outputs, "The outputs wanted; by default all")->delimiter(',');
  c->add_option("--cron", o->cron, "Fire at these times: minute hour day month weekday, as '30 2 * * mon-fri'");
  c->add_option("--timezone", o->timezone, "Of --cron, as Europe/Zurich; by default UTC");
  c->add_option("--rows", o->rows, "Fire as soon as so many rows wait")->check(CLI::PositiveNumber);
  c->add_option("--age", o->age, "Fire as soon as the oldest row waits so long, as 15m")->type_name("TIME");
  c->add_flag("--after-version", o->after_version, "Fire after a new version of the model");
  c->add_flag("--after-move", o->after_move, "Fire after the model's alias has moved");
  AddEngines(c, &o->engines);
  add(Action::kList, "list", "List batches");
  add(Action::kShow, "show", "Show a batch, what waits in it, and the firings that are not over");
  c = add(Action::kAdd, "add", "Store the rows of a file in a batch");
  o = line.batches.back().get();
  c->add_option("input", o->input, "File of rows")->required()->check(CLI::ExistingFile);
  c->add_option("--input-format", o->input_format, "csv, jsonl, parquet or arrow; by default what the file's name says")
      ->transform(CLI::CheckedTransformer(kTableFormats).description(""))
      ->type_name("FORMAT");
  c->add_option("--delimiter", o->delimiter, "Of CSV")->capture_default_str();
  AddEngines(c, &o->engines);
  add(Action::kFire, "fire", "Fire now");
  c = add(Action::kHistory, "history", "List firings, the last first");
  c->add_option("--limit", line.batches.back()->count, "At most so many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  c = add(Action::kBad, "bad", "Print, as CSV, the rows of a firing that could not be scored, and why");
  c->add_flag("--rows", line.batches.back()->only_rows,
              "Print the rows alone, as JSON lines, to be put right and stored again by 'add'");
  c->add_option("firing", line.batches.back()->firing, "Its number")->required();
  c = add(Action::kRetry, "retry", "Try a firing that has failed again");
  c->add_option("firing", line.batches.back()->firing, "Its number")->required();
  c = add(Action::kDelete, "delete", "Delete a batch; answers stay");
  c->add_flag("--drop-rows", line.batches.back()->drop_rows, "Also where rows wait that are not scored");
}

}  // namespace scoreway
