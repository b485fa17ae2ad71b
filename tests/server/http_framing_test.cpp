// SPDX-License-Identifier: PostgreSQL
#include <gtest/gtest.h>

#include <string>

#include "http/framing.h"

namespace performance_tracker::http {
namespace {

using State = Frame::State;

Frame frame_of(std::string_view input, const RequestLimits& limits = {}) {
  return RequestFramer(limits).examine(input);
}

TEST(RequestFramer, EndsAfterTheHeadersWithoutABody) {
  const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto frame = frame_of(request + "GET /next");
  EXPECT_EQ(frame.state, State::complete);
  EXPECT_EQ(frame.bytes, request.size());
}

TEST(RequestFramer, EndsAfterTheBody) {
  const std::string head = "POST / HTTP/1.1\r\ncontent-LENGTH:  5 \r\nHost: x\r\n\r\n";
  EXPECT_EQ(frame_of(head + "1234").state, State::incomplete);
  const auto frame = frame_of(head + "12345GET");
  EXPECT_EQ(frame.state, State::complete);
  EXPECT_EQ(frame.bytes, head.size() + 5);
}

TEST(RequestFramer, SaysTheSameHoweverTheBytesArrive) {
  const std::string request = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
  RequestFramer framer({});
  for (std::size_t count = 1; count < request.size(); ++count)
    ASSERT_EQ(framer.examine(std::string_view(request).substr(0, count)).state, State::incomplete) << count;
  EXPECT_EQ(framer.examine(request).state, State::complete);
  framer.restart();
  EXPECT_EQ(framer.examine("").state, State::incomplete);
}

TEST(RequestFramer, RefusesWhatTwoReadersWouldReadDifferently) {
  const std::string line = "POST / HTTP/1.1\r\n";
  const std::pair<std::string, int> cases[] = {
      {line + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
      {line + "Content-Length: +5\r\n\r\n", 400},
      {line + "Content-Length: -5\r\n\r\n", 400},
      {line + "Content-Length: 5, 5\r\n\r\n", 400},
      {line + "Content-Length: 0x5\r\n\r\n", 400},
      {line + "Content-Length:\r\n\r\n", 400},
      {line + "Content-Length : 5\r\n\r\n", 400},
      {line + "Transfer-Encoding: chunked\r\n\r\n", 411},
      {line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 411},
      {"GET / HTTP/1.1\nHost: x\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\nY: z\r\n\r\n", 400},
  };
  for (const auto& [input, status] : cases) {
    const auto frame = frame_of(input);
    EXPECT_EQ(frame.state, State::refused) << input;
    EXPECT_EQ(frame.status, status) << input;
  }
}

TEST(RequestFramer, FindsABareLineFeedAcrossTwoArrivals) {
  RequestFramer framer({});
  EXPECT_EQ(framer.examine("GET / HTTP/1.1\r").state, State::incomplete);
  EXPECT_EQ(framer.examine("GET / HTTP/1.1\r\nHost: x").state, State::incomplete);
  EXPECT_EQ(framer.examine("GET / HTTP/1.1\r\nHost: x\n").state, State::refused);
}

TEST(RequestFramer, BoundsHeadersAndBody) {
  const RequestLimits limits{.header_bytes = 100, .body_bytes = 10};
  EXPECT_EQ(frame_of("GET /" + std::string(200, 'x'), limits).status, 431);
  EXPECT_EQ(frame_of("GET /" + std::string(200, 'x') + "\r\n\r\n", limits).status, 431);
  EXPECT_EQ(frame_of("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", limits).status, 413);
  EXPECT_EQ(frame_of("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", limits).status, 413);
  EXPECT_EQ(frame_of("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n", limits).state, State::incomplete);
}

TEST(RequestFramer, SeesWhoWaitsForContinue) {
  const std::string request = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  EXPECT_EQ(frame_of(request).expect_at, request.find("Expect"));
  EXPECT_EQ(frame_of("GET / HTTP/1.1\r\nHost: Expect\r\n\r\n").expect_at, 0U);
}

}  // namespace
}  // namespace performance_tracker::http
