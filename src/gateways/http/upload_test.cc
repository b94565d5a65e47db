// Large bodies, in and out, and forms.
#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "gateways/http/gateway_fixture.h"
#include "store/blob_layout.h"

namespace scoreway::http {
namespace {

using Json = nlohmann::json;

class UploadTest : public GatewayFixture {
 protected:
  UploadTest() {
    gateway_options.upload_piece_bytes = 64 << 10;
    gateway_options.upload_memory_bytes_max = 100 << 10;
    gateway_options.upload_bytes_max = 24 << 20;
    Start();
  }
  static std::string Part(const std::string& name, const std::string& content) {
    return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
  }
  // On a connection of its own, as one ends with a form that is refused before it is whole.
  TestResponse PushForm(const std::string& parts, const std::string& end = "--XX--\r\n") {
    TestClient own(server->port());
    return own.Call("POST", "/v1/models/wine/versions", parts + end, "multipart/form-data; boundary=XX");
  }
  static std::string Pattern(size_t size) {
    std::string bytes(size, '\0');
    unsigned seed = 7;
    for (char& byte : bytes) byte = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
    return bytes;
  }
  TestResponse Log(const std::string& step, const std::string& bytes, std::string_view type = "x/y") {
    return client->Call("PUT", "/v1/models/wine/runs/1/checkpoints/" + step, bytes, type);
  }
  std::string Pull(const std::string& step) {
    return Get("/v1/models/wine/runs/1/checkpoints/" + step + "/artifact").body;
  }
  size_t UploadCount() {
    size_t rows = 0;
    for (const char digit : std::string_view("0123456789abcdef")) {
      rows += store->Scan(UploadPartition(std::string_view(&digit, 1)), {})->rows.size();
    }
    return rows;
  }
  // Looks until it is so: other threads put uploads into the store and take them out.
  void ExpectUploads(size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (UploadCount() != count && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_EQ(UploadCount(), count);
  }
  const std::string model = Example("model.pkl");
};

TEST_F(UploadTest, BytesOfAnySizeGoInAndOut) {
  ASSERT_EQ(Post("/v1/models/wine/runs", "{}").status, 201);
  int step = 0;
  for (const size_t size : {size_t{1}, size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{102'400}, size_t{102'401},
                            size_t{1} << 20, (size_t{1} << 20) + 1, size_t{9'000'001}, size_t{24} << 20}) {
    const std::string bytes = Pattern(size);
    const TestResponse logged = Log(std::to_string(step), bytes);
    ASSERT_EQ(logged.status, 201) << logged.body;
    EXPECT_EQ(Json::parse(logged.body)["artifact_sha256"], Sha256::Hex(bytes));
    EXPECT_TRUE(Pull(std::to_string(step)) == bytes) << size;
    ++step;
  }
  ExpectUploads(0);
  EXPECT_EQ(Log("99", Pattern((size_t{24} << 20) + 1)).status, 413);
}

TEST_F(UploadTest, APartOfAFormMayBeTooLarge) {
  ASSERT_EQ(Post("/v1/models/wine/runs", "{}").status, 201);
  const std::string body = "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n" +
                           Pattern((size_t{1} << 20) + 1) + "\r\n--b--\r\n";
  TestClient own(server->port());
  own.Send(
      "PUT /v1/models/wine/runs/1/checkpoints/1 HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; "
      "boundary=b\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const TestResponse answer = own.Receive();
  EXPECT_EQ(answer.status, 413) << answer.body;
  EXPECT_NE(answer.body.find("part 'metadata'"), std::string::npos) << answer.body;
}

TEST_F(UploadTest, AnUploadWithoutALengthGoesInToo) {
  ASSERT_EQ(Post("/v1/models/wine/runs", "{}").status, 201);
  const std::string bytes = Pattern(5'000'000);
  TestClient own(server->port());
  own.Send("PUT /v1/models/wine/runs/1/checkpoints/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (size_t at = 0; at < bytes.size(); at += 1'000'000) own.Send("F4240\r\n" + bytes.substr(at, 1'000'000) + "\r\n");
  own.Send("0\r\n\r\n");
  EXPECT_EQ(own.Receive().status, 201);
  EXPECT_TRUE(Pull("1") == bytes);
}

TEST_F(UploadTest, AModelThatWentThroughTheStoreIsPushed) {
  // Bytes behind a pickle's end mean nothing to it, and make it large.
  const std::string large = model + std::string(3'000'000, '\0');
  const TestResponse pushed = Post("/v1/models/wine/versions?tag.size=large", large, "application/octet-stream");
  ASSERT_EQ(pushed.status, 201) << pushed.body;
  EXPECT_TRUE(Get("/v1/models/wine/versions/1/artifact").body == large);
  ExpectUploads(0);
}

TEST_F(UploadTest, WhatIsNoModelLeavesNothingBehind) {
  EXPECT_EQ(Post("/v1/models/wine/versions", Pattern(5'000'000), "application/octet-stream").status, 400);
  ExpectUploads(0);
  EXPECT_EQ(Get("/v1/models/wine").status, 404);
}

TEST_F(UploadTest, AConnectionThatBreaksLeavesNothingBehind) {
  {
    TestClient own(server->port());
    own.Send("POST /v1/models/wine/versions HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\n" +
             Pattern(9'000'000));
    ExpectUploads(1);
  }
  ExpectUploads(0);
  EXPECT_EQ(Get("/v1/models/wine").status, 404);
}

TEST_F(UploadTest, AFormBringsModelMetadataAndSample) {
  const Json metadata = {{"aliases", {"champion"}},      {"metrics", {{"auc", 0.9}, {"loss", nullptr}}},
                         {"parameters", {{"depth", 3}}}, {"tags", {{"team", "risk"}}},
                         {"require_parity", true},       {"parent_version", nullptr},
                         {"description", "from a form"}};
  const TestResponse pushed = PushForm(Part("metadata", metadata.dump()) + Part("rows", Example("rows.csv")) +
                                       Part("expected", Example("expected.csv")) + Part("artifact", model));
  ASSERT_EQ(pushed.status, 201) << pushed.body;
  const Json version = Json::parse(pushed.body);
  EXPECT_EQ(version["description"], "from a form");
  EXPECT_EQ(version["metrics"], (Json{{"auc", 0.9}, {"loss", nullptr}}));
  EXPECT_EQ(version["parameters"], (Json{{"depth", "3"}}));
  EXPECT_EQ(version["parity"]["passed"], true);
  EXPECT_EQ(Get("/v1/models/wine/versions/1/artifact").body, model);
  EXPECT_EQ(Json::parse(Get("/v1/models/wine").body)["aliases"]["champion"], 1);
}

TEST_F(UploadTest, AFormThatFallsShortIsRefused) {
  std::string expected = Example("expected.csv");
  expected.replace(expected.find('\n') + 1, 6, "barbera");
  const std::string sample = Part("rows", Example("rows.csv")) + Part("expected", expected);
  const TestResponse refused =
      PushForm(Part("metadata", R"({"require_parity":true})") + sample + Part("artifact", model));
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("row 1, column 'predict'"), std::string::npos) << refused.body;
  EXPECT_EQ(Get("/v1/models/wine").status, 404);
  const TestResponse reported = PushForm(sample + Part("artifact", model));
  EXPECT_EQ(Json::parse(reported.body)["parity"]["label_flips"], 1);
}

TEST_F(UploadTest, WrongFormsAreNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {Part("artifact", model) + Part("nonsense", ""), "nonsense"},
      {Part("artifact", model) + Part("artifact", model), "artifact"},
      {Part("metadata", "{}"), "artifact"},
      {Part("metadata", "[]") + Part("artifact", model), "metadata"},
      {Part("metadata", R"({"tagz":{}})") + Part("artifact", model), "tagz"},
      {Part("rows", "a\n1\n") + Part("artifact", model), "rows"},
  };
  for (const auto& [parts, named] : cases) {
    const TestResponse refused = PushForm(parts);
    EXPECT_EQ(refused.status, 400) << refused.body;
    EXPECT_NE(refused.body.find(named), std::string::npos) << refused.body;
  }
  EXPECT_EQ(PushForm(Part("artifact", model), "").status, 400) << "the last boundary is missing";
  TestClient own(server->port());
  EXPECT_EQ(own.Call("POST", "/v1/models/wine/versions", model, "multipart/mixed; boundary=XX").status, 400);
}

TEST_F(UploadTest, ALogMayBeAForm) {
  ASSERT_EQ(Post("/v1/models/wine/runs", "{}").status, 201);
  const std::string type = "multipart/form-data; boundary=XX";
  const std::string form = Part("metadata", R"({"metrics":{"auc":0.5,"loss":"Infinity"}})") + Part("artifact", "bytes");
  ASSERT_EQ(Log("1", form + "--XX--", type).status, 201);
  EXPECT_EQ(Pull("1"), "bytes");
  EXPECT_EQ(Json::parse(Get("/v1/models/wine/runs/1/checkpoints/1").body)["metrics"],
            (Json{{"auc", 0.5}, {"loss", "Infinity"}}));
  EXPECT_EQ(Log("1", form + "--XX--", type).status, 200);
  EXPECT_EQ(Log("2", Part("metadata", R"({"reference":"s3://b"})") + "--XX--", type).status, 201);
  EXPECT_EQ(Log("3", Part("rows", "a\n") + "--XX--", type).status, 400);
}

}  // namespace
}  // namespace scoreway::http
