// The options of stream, and those of serve that run streams.
#include "command_line_parts.h"

namespace scoreway {

void AddKafkaConfig(CLI::App* command, std::string* path) {
  command
      ->add_option("--kafka-config", *path,
                   "File of settings for Kafka's client, librdkafka, a line name=value each: encryption, passwords")
      ->type_name("FILE");
}

void AddStream(CommandLine& line) {
  using Action = StreamCommandOptions::Action;
  CLI::App* group = line.app.add_subcommand(
      "stream", "Answer the messages of a Kafka topic in another one, each once, by 'scoreway serve'");
  group->require_subcommand(1);
  const auto add = [&](Action action, const char* name, const char* help) {
    CLI::App* command = line.Subcommand(group, name, help, &line.streams, action);
    StreamCommandOptions* options = line.streams.back().get();
    if (action != Action::kList) command->add_option("name", options->name, "Name of the stream")->required();
    if (action != Action::kDelete) AddJson(command, &options->json);
    AddRegistry(command, &options->registry);
    return command;
  };
  const auto add_output = [&](CLI::App* c, StreamCommandOptions* o) {
    c->add_option("--errors", o->errors,
                  "The topic for messages that are wrong; by default that of answers, or of labels, and '.errors'")
        ->type_name("TOPIC");
    return c->add_option("--output", o->output, "The topic for answers")->type_name("TOPIC");
  };
  CLI::App* c = add(Action::kCreate, "create", "Make a stream; servers begin with it at once");
  StreamCommandOptions* o = line.streams.back().get();
  c->add_option("--brokers", o->brokers, "The cluster")->type_name("HOST:PORT,...")->required();
  c->add_option("--input", o->input, "The topic of rows, or of labels, one a message")->type_name("TOPIC")->required();
  c->add_option("--takes", o->takes,
                "rows, which are answered; or labels of the model's predictions, as of 'labels push', which are stored")
      ->check(CLI::IsMember({"rows", "labels"}))
      ->capture_default_str();
  c->add_option("--model", o->model, "NAME, NAME@ALIAS or NAME/VERSION; of an alias the version follows its moves")
      ->required();
  add_output(c, o);
  c->add_option("--format", o->format,
                "json: an object or an array of values; csv: a record; avro: a record, framed with the number of its "
                "schema in the registry that 'serve --schema-registry' names, or bare with --schema")
      ->check(CLI::IsMember({"json", "csv", "avro"}))
      ->capture_default_str();
  c->add_option("--schema", o->schema_file, "File with the schema of bare records of Avro (.avsc)")->type_name("FILE");
  c->add_option("--output-format", o->output_format, "Of answers: json; or avro, whose schema goes to the registry")
      ->check(CLI::IsMember({"json", "avro"}))
      ->capture_default_str();
  c->add_option("--columns", o->columns, "The columns of CSV; by default the model's inputs in their order")
      ->delimiter(',');
  c->add_option("--outputs", o->outputs, "The outputs wanted; by default all")->delimiter(',');
  c->add_flag("--from-end", o->from_end, "Begin with messages to come, not with those that are there");
  c->add_flag("--paused", o->paused, "Make it, and begin when it is resumed");
  add(Action::kList, "list", "List streams");
  add(Action::kShow, "show", "Show a stream, and how far the servers are that run it");
  add(Action::kPause, "pause", "Stop reading; 'resume' goes on at the same message");
  add(Action::kResume, "resume", "Go on");
  c = add(Action::kReplay, "replay", "Score again what the input holds, with one version, into another topic");
  o = line.streams.back().get();
  c->add_option("--as", o->replay_name, "Name of the replay, a stream of its own")->required();
  c->add_option("--model", o->model, "The model, with the version that this means now; by default the stream's");
  add_output(c, o)->required();
  auto* offset = c->add_option("--from-offset", o->from_offset, "Begin there in each partition")
                     ->check(CLI::NonNegativeNumber)
                     ->capture_default_str();
  c->add_option("--from", o->from, "Begin with messages of this time (2026-03-01T12:00:00Z, UTC) or age (12h)")
      ->type_name("TIME")
      ->excludes(offset);
  AddKafkaConfig(c, &o->kafka_config);
  add(Action::kDelete, "delete", "Delete a stream; topics and the group's offsets stay");
}

}  // namespace scoreway
