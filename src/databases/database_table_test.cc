// What the URLs of tables say, and what they may not; and by what a table of answers tells its rows apart.
#include "databases/database_table.h"

#include <gtest/gtest.h>

#include <cstring>

#include "databases/cassandra/cql_table_url.h"
#include "databases/database_grant.h"
#include "databases/key_of_answers.h"
#include "databases/postgres/postgres_options.h"

namespace scoreway {
namespace {

const char* NoEnvironment(const char*) { return nullptr; }
const char* Credentials(const char* name) {
  return std::strcmp(name, "SCOREWAY_POSTGRES_USER") == 0       ? "ann"
         : std::strcmp(name, "SCOREWAY_POSTGRES_PASSWORD") == 0 ? "secret"
                                                                : nullptr;
}

TEST(DatabaseUrl, NamesATableOfCassandra) {
  const auto name =
      cassandra::ParseCqlTableUrl("cassandra://a,b:1/shop.Wines?dc=west&tls=true&ca=/x.pem", NoEnvironment);
  ASSERT_TRUE(name.ok()) << name.error().ToString();
  EXPECT_EQ(name->cluster.contact_points, (std::vector<std::string>{"a:9042", "b:1"}));
  EXPECT_EQ(name->cluster.keyspace, "shop");
  EXPECT_EQ(name->cluster.data_centre, "west");
  EXPECT_EQ(name->Quoted(), "\"shop\".\"Wines\"");
}

TEST(DatabaseUrl, NamesATableOfPostgres) {
  const auto options =
      ParsePostgresUrl("postgresql://a:1,[::1],c:3/db?table=shop.wines&tls=true&ca=/x.pem&connect_ms=5", Credentials);
  ASSERT_TRUE(options.ok()) << options.error().ToString();
  EXPECT_EQ(options->hosts, "a,::1,c");
  EXPECT_EQ(options->ports, "1,,3");
  EXPECT_EQ(options->database, "db");
  EXPECT_EQ(options->schema, "shop");
  EXPECT_EQ(options->table, "wines");
  EXPECT_EQ(options->user, "ann");
  EXPECT_EQ(options->password, "secret");
  EXPECT_EQ(DatabasePlace("postgresql://h/db?user=x&table=shop.wines"), "postgresql://h/db?table=shop.wines");
  EXPECT_EQ(DatabasePlace("cassandra://h/k.t?user=x"), "cassandra://h/k.t");
}

TEST(DatabaseUrl, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"cassandra://h/k", "KEYSPACE.TABLE"},
      {"cassandra://h.example/k", "KEYSPACE.TABLE"},
      {"cassandra://h/k.t-1", "no name of a table"},
      {"cassandra://h/k.t?password=x", "password_file"},
      {"postgresql://h?table=t", "database"},
      {"postgresql://h/db", "table"},
      {"postgresql://h/db?table=a.", "table"},
      {"postgresql://u:p@h/db?table=t", "user=NAME"},
      {"postgresql://h/db?table=t&password=x", "password_file"},
      {"postgresql://h:0/db?table=t", "port"},
      {"postgresql://h/db?table=t&tls=true", "ca"},
      {"postgresql://h/db?table=t&ca=/x", "tls=true"},
      {"postgresql://h/db?table=t&socket=/tmp", "host"},
      {"postgresql://h/db?table=t&colour=red", "unknown"},
  };
  for (const auto& [url, said] : cases) {
    const Status status = CheckDatabaseUrl(url, NoEnvironment);
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << url;
    EXPECT_NE(status.ToString().find(said), std::string::npos) << url << ": " << status.ToString();
  }
}

TEST(DatabaseGrant, SaysHowItsTablesAreSpokenTo) {
  const std::vector<std::string> grants = {"cassandra://a,b/shop?dc=west&user=ann", "postgresql:///db?socket=/run/pg",
                                           "postgresql://h:1/db"};
  EXPECT_EQ(GrantedTable(grants, "cassandra://a,b/shop.wines").value(), "cassandra://a,b/shop.wines?dc=west&user=ann");
  EXPECT_EQ(GrantedTable(grants, "postgresql:///db?table=s.t").value(), "postgresql:///db?socket=/run/pg&table=s.t");
  EXPECT_EQ(GrantedTable(grants, "postgresql://h:1/db?table=t").value(), "postgresql://h:1/db?table=t");
  for (const char* other : {"cassandra://a/shop.wines", "cassandra://a,b/shops.wines", "postgresql://h:1/db2?table=t",
                            "postgresql://h/db?table=t"}) {
    EXPECT_EQ(GrantedTable(grants, other).code(), Code::kPermissionDenied) << other;
  }
  // Neither users nor files of the server, however they are put.
  for (const char* more :
       {"cassandra://a,b/shop.wines?password_file=/etc/x", "postgresql://h:1/db?table=t&password_file=/etc/x",
        "postgresql://h:1/db?password_file=/etc/x&table=t", "postgresql://h:1/db", "cassandra://a,b/shop", "wines.csv",
        "cassandra://a,b/shop.wines?", "cassandra://a,b/shop?x.wines",
        "postgresql://h:1/db?table=t%26user=x&tls=true"}) {
    EXPECT_EQ(GrantedTable(grants, more).code(), Code::kInvalidArgument) << more;
  }
  for (const std::string& grant : grants) EXPECT_TRUE(CheckDatabaseGrant(grant, NoEnvironment).ok()) << grant;
  for (const char* wrong :
       {"mysql://h/db", "postgresql://h/db?table=t", "cassandra://h", "postgresql://h/db?colour=x"}) {
    EXPECT_EQ(CheckDatabaseGrant(wrong, NoEnvironment).code(), Code::kInvalidArgument) << wrong;
  }
}

TEST(KeyOfAnswers, IsThatOfTheInput) {
  SinkColumns columns;
  EXPECT_EQ(KeyOfAnswers(columns).code(), Code::kInvalidArgument);
  columns.kept = {{.name = "day"}, {.name = "shop"}, {.name = "note"}};
  EXPECT_EQ(KeyOfAnswers(columns)->columns, (std::vector<std::string>{"day", "shop", "note"}));
  columns.input_key = {.columns = {"shop", "day"}, .partition_columns = 1};
  EXPECT_EQ(KeyOfAnswers(columns)->columns, (std::vector<std::string>{"shop", "day"}));
  columns.input_key.columns.emplace_back("hour");
  const auto missing = KeyOfAnswers(columns);
  EXPECT_NE(missing.status().ToString().find("'hour'"), std::string::npos);
  EXPECT_FALSE(CheckKeepsApart(columns.input_key, {.columns = {"shop", "day"}, .partition_columns = 1}).ok());
  EXPECT_TRUE(CheckKeepsApart(columns.input_key, {.columns = {"hour", "shop", "day"}, .partition_columns = 3}).ok());
}

}  // namespace
}  // namespace scoreway
