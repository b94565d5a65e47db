// A SchemaRegistry over HTTP: Confluent's Schema Registry, or another that speaks its protocol (Apicurio, Karapace,
// Redpanda). Schemas never change under their number, so each is asked for once.
// Source: Confluent Schema Registry API reference, "Schemas" and "Subjects".
#pragma once

#include <memory>
#include <string>

#include "gateways/http/http_post.h"
#include "service/schema_registry.h"

namespace scoreway::http {

struct SchemaRegistryAccess {
  HttpUrl url;  // of which the paths of the API go on
  // Basic authentication; none where there is no user.
  std::string user, password;
};

std::shared_ptr<SchemaRegistry> NewSchemaRegistryClient(SchemaRegistryAccess access);

}  // namespace scoreway::http
