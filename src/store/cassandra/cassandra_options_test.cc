// What a Cassandra URL says, and what it may not.
#include "store/cassandra/cassandra_options.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace scoreway {
namespace {

const char* NoEnvironment(const char*) { return nullptr; }

const char* Credentials(const char* name) {
  return std::strcmp(name, "SCOREWAY_CASSANDRA_USER") == 0 ? "ann" : "from the environment";
}

TEST(CassandraUrl, SaysHostsAndKeyspace) {
  EXPECT_TRUE(IsCassandraUrl("cassandra://a/b"));
  EXPECT_FALSE(IsCassandraUrl("/var/lib/cassandra://a"));
  const auto options = ParseCassandraUrl("cassandra://one,two:9999,[::1]:1,[::2]/models", NoEnvironment);
  ASSERT_TRUE(options.ok()) << options.status().ToString();
  EXPECT_EQ(options->contact_points, (std::vector<std::string>{"one:9042", "two:9999", "[::1]:1", "[::2]:9042"}));
  EXPECT_EQ(options->keyspace, "models");
  EXPECT_EQ(options->consistency, "quorum");
  EXPECT_EQ(CassandraPlace(*options), "cassandra://one:9042,two:9999,[::1]:1,[::2]:9042/models");
}

TEST(CassandraUrl, SaysTheRestAfterTheQuestionMark) {
  const auto options = ParseCassandraUrl(
      "cassandra://h/k?dc=data%20centre&rf=5&consistency=local_quorum&serial=local_serial&timeout_ms=250&connections=4&"
      "speculative_ms=0&tls=true&ca=/etc/ca.pem",
      NoEnvironment);
  ASSERT_TRUE(options.ok()) << options.status().ToString();
  EXPECT_EQ(options->data_centre, "data centre");
  EXPECT_EQ(options->replication_factor, 5);
  EXPECT_EQ(*ConsistencyCode(options->consistency), 6);
  EXPECT_EQ(*ConsistencyCode(options->serial_consistency), 9);
  EXPECT_EQ(options->timeout_ms, 250u);
  EXPECT_EQ(options->connections, 4u);
  EXPECT_EQ(options->speculative_ms, 0u);
  EXPECT_TRUE(options->is_tls);
  EXPECT_EQ(options->tls_authority, "/etc/ca.pem");
}

TEST(CassandraUrl, CredentialsComeFromEnvironmentOrFile) {
  auto options = ParseCassandraUrl("cassandra://h/k", Credentials);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->user, "ann");
  EXPECT_EQ(options->password, "from the environment");
  const std::string file = ::testing::TempDir() + "cassandra_password";
  std::ofstream(file) << "from a file\r\nanother line\n";
  options = ParseCassandraUrl("cassandra://h/k?user=bob&password_file=" + file, Credentials);
  ASSERT_TRUE(options.ok()) << options.status().ToString();
  EXPECT_EQ(options->user, "bob");
  EXPECT_EQ(options->password, "from a file");
}

TEST(CassandraUrl, WhatIsWrongIsNamed) {
  const std::pair<const char*, const char*> cases[] = {
      {"cassandra://h", "keyspace"},
      {"cassandra:///k", "host"},
      {"cassandra://h,,g/k", "host"},
      {"cassandra://h:x/k", "port"},
      {"cassandra://h:70000/k", "port"},
      {"cassandra://h/", "keyspace"},
      {"cassandra://h/Upper", "keyspace"},
      {"cassandra://h/k;drop", "keyspace"},
      {"cassandra://ann:secret@h/k", "host"},
      {"cassandra://h/k?rf=0", "rf"},
      {"cassandra://h/k?rf=3x", "rf"},
      {"cassandra://h/k?consistency=some", "consistency"},
      {"cassandra://h/k?consistency=serial", "consistency"},
      {"cassandra://h/k?serial=quorum", "serial"},
      {"cassandra://h/k?timeout_ms=-1", "timeout_ms"},
      {"cassandra://h/k?tls=maybe", "tls"},
      {"cassandra://h/k?ca=/x", "tls"},
      {"cassandra://h/k?tls=true&cert=/x", "tls"},
      {"cassandra://h/k?password=secret", "password"},
      {"cassandra://h/k?password_file=/no/such/file", "password_file"},
      {"cassandra://h/k?dc=%4", "dc"},
      {"cassandra://h/k?dc=%zz", "dc"},
      {"cassandra://h/k?unknown=1", "unknown"},
      {"cassandra://h/k?unknown", "unknown"},
      {"http://h/k", "scheme"},
  };
  for (const auto& [url, part] : cases) {
    const auto options = ParseCassandraUrl(url, NoEnvironment);
    EXPECT_EQ(options.code(), Code::kInvalidArgument) << url;
    if (options.ok()) continue;
    EXPECT_EQ(options.error().place, "store URL: " + std::string(part)) << url;
    EXPECT_EQ(options.error().ToString().find("secret"), std::string::npos) << url;
  }
}

}  // namespace
}  // namespace scoreway
