// Replies and letters. Whole conversations with a mail server of others are in tests/commands.py.
#include <gtest/gtest.h>

#include "gateways/smtp/letter.h"
#include "gateways/smtp/smtp_client.h"
#include "gateways/smtp/smtp_reply.h"

namespace scoreway::smtp {
namespace {

TEST(SmtpReply, ComesInLinesAndPieces) {
  std::string bytes = "250-mail.example.org\r\n250-SIZE 1000\r\n250-auth PLAIN LOGIN\r\n250 HE";
  SmtpReply reply;
  EXPECT_FALSE(*TakeReply(&bytes, &reply));
  bytes += "LP\r\n354 go on\r\n";
  ASSERT_TRUE(*TakeReply(&bytes, &reply));
  EXPECT_EQ(reply.code, 250);
  EXPECT_EQ(reply.Extension("AUTH"), "PLAIN LOGIN");
  EXPECT_EQ(reply.Extension("HELP"), "");
  EXPECT_FALSE(reply.Extension("SIZ"));
  ASSERT_TRUE(*TakeReply(&bytes, &reply));
  EXPECT_EQ(reply.code, 354);
  EXPECT_EQ(reply.ToString(), "354 go on");
  EXPECT_EQ(bytes, "");
}

TEST(SmtpReply, OfWhatIsNoSmtpIsAnError) {
  for (const char* text : {"HTTP/1.1 200 OK\r\n", "\r\n", "25\r\n", "250-a\r\n354 b\r\n", "100 a\r\n", "250_a\r\n"}) {
    std::string bytes = text;
    SmtpReply reply;
    EXPECT_EQ(TakeReply(&bytes, &reply).code(), Code::kUnavailable) << text;
  }
  std::string endless(SmtpReply::kBytesMax, '2');
  SmtpReply reply;
  EXPECT_EQ(TakeReply(&endless, &reply).code(), Code::kUnavailable);
}

TEST(Letter, HasNoLineThatAValueCouldAdd) {
  const Mail mail{
      .to = {"a@example.org", "b@example.org"}, .subject = "x\r\nBcc: eve@example.org", .body = "b", .id = "1"};
  const std::string text = LetterText(mail, "s@example.org", 1'774'000'000);
  EXPECT_EQ(text.find("\r\nBcc"), std::string::npos);
  EXPECT_NE(text.find("Date: Fri, 20 Mar 2026 09:46:40 +0000\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Message-ID: <1@example.org>\r\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\r\n\r\nYg==\r\n")) << text;
}

TEST(SmtpUrl, SaysHostPortAndEncryption) {
  const auto plain = ParseSmtpUrl("smtp://mail.example.org");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->host + " " + plain->port, "mail.example.org 587");
  EXPECT_EQ(plain->encryption, Encryption::kStartTls);
  const auto encrypted = ParseSmtpUrl("smtps://[::1]:2525/");
  ASSERT_TRUE(encrypted.ok());
  EXPECT_EQ(encrypted->host + " " + encrypted->port, "::1 2525");
  EXPECT_EQ(encrypted->encryption, Encryption::kAtOnce);
  EXPECT_EQ(ParseSmtpUrl("smtps://mail.example.org")->port, "465");
  for (const char* text :
       {"", "mail.example.org", "http://a", "smtp://", "smtp://a:b", "smtp://a:", "smtp://u@a", "smtp://a/b"}) {
    EXPECT_EQ(ParseSmtpUrl(text).code(), Code::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace scoreway::smtp
