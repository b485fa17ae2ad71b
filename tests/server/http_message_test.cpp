// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include "http/message.h"
#include "json.h"

namespace performance_tracker::http {
namespace {

TEST(AcceptEncoding, GzipIsUsedOnlyWhereItIsWelcome) {
  EXPECT_TRUE(accepts("gzip", "gzip"));
  EXPECT_TRUE(accepts("br, GZip;q=0.5", "gzip"));
  EXPECT_TRUE(accepts("deflate , gzip ; q=1.0", "gzip"));
  EXPECT_FALSE(accepts("", "gzip"));
  EXPECT_FALSE(accepts("br, deflate", "gzip"));
  EXPECT_FALSE(accepts("gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts("gzip; q=0.000, br", "gzip"));
  EXPECT_FALSE(accepts("notgzip", "gzip"));
}

TEST(EntityTag, EveryEncodingHasItsOwnAndAllNameTheContent) {
  const auto content = make_content(std::string(5000, 'a'));
  ASSERT_FALSE(content->gzip.empty());
  EXPECT_LT(content->gzip.size(), content->identity.size());
  EXPECT_NE(entity_tag(*content, Encoding::gzip), entity_tag(*content, Encoding::identity));
  EXPECT_TRUE(matches_entity_tag(entity_tag(*content, Encoding::gzip), *content));
  EXPECT_TRUE(matches_entity_tag("\"other\", W/" + entity_tag(*content, Encoding::identity), *content));
  EXPECT_TRUE(matches_entity_tag("*", *content));
  EXPECT_FALSE(matches_entity_tag("", *content));
  EXPECT_FALSE(matches_entity_tag("\"other\"", *content));
  EXPECT_FALSE(matches_entity_tag("*", *make_plain_content("x")));
}

TEST(EntityTag, FollowsTheBytes) {
  EXPECT_EQ(make_content("same")->etag, make_content("same")->etag);
  EXPECT_NE(make_content("same")->etag, make_content("Same")->etag);
}

TEST(Content, ShortBodiesAreNotCompressed) { EXPECT_TRUE(make_content("{}")->gzip.empty()); }

TEST(ErrorResponse, IsValidJsonWhateverTheTextHolds) {
  const auto response =
      error_response(ApiError(400, "bad_parameter", "no \"such\"\n\x01 \xFF").with_parameter("by"), "id");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content->identity,
            "{\"error\":{\"code\":\"bad_parameter\",\"message\":\"no \\\"such\\\"\\n\\u0001 \xEF\xBF\xBD\","
            "\"hint\":null,\"parameter\":\"by\",\"request_id\":\"id\"}}\n");
}

TEST(Json, KnowsUtf8) {
  EXPECT_TRUE(json::valid_utf8("Käse, 日本, 😀"));
  EXPECT_FALSE(json::valid_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(json::valid_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(json::valid_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(json::valid_utf8("\xE2\x82"));          // cut off
  EXPECT_EQ(json::quote("a\xE2\x82"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace performance_tracker::http
