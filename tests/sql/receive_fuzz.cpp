// SPDX-License-Identifier: PostgreSQL
//
// Sends broken binary values of a type to the server: valid messages with bytes changed, cut off or added, and noise.
// Each must be refused with an error of its own class, or be read as a value whose text form reads back to it.
//
//   receive_fuzz TYPE ROUNDS HEX…     connects by libpq's environment, prints one line of counts, exits 1 on a finding
#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace {

std::string from_hex(const char* hex) {
  std::string bytes;
  for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex, 2), nullptr, 16)));
  return bytes;
}

std::string mutate(std::string message, std::mt19937_64& random) {
  const auto below = [&random](std::size_t bound) { return bound == 0 ? 0 : random() % bound; };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    switch (below(6)) {
      case 0:
        if (!message.empty()) message[below(message.size())] = static_cast<char>(random());
        break;
      case 1:
        if (!message.empty()) {
          char& byte = message[below(message.size())];
          byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(8)));
        }
        break;
      case 2:
        message.resize(below(message.size() + 1));
        break;
      case 3:
        message.insert(below(message.size() + 1), 1 + below(9), static_cast<char>(random()));
        break;
      case 4: {  // four bytes that mean a huge, a negative or a small number
        constexpr std::int32_t kWords[] = {-1, INT32_MAX, INT32_MIN, 0x01000000, 0, 1};
        const std::int32_t word = kWords[below(6)];
        if (message.size() >= 4) std::memcpy(&message[below(message.size() - 3)], &word, 4);
        break;
      }
      default: {  // a double that is no number
        constexpr unsigned char kBad[][2] = {{0x7F, 0xF0}, {0xFF, 0xF0}, {0x7F, 0xF8}, {0xFF, 0xFF}};
        const auto& bad = kBad[below(4)];
        if (message.size() >= 8) std::memcpy(&message[message.size() - 8], bad, 2);
        break;
      }
    }
  }
  return message;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    (void)std::fprintf(stderr, "usage: receive_fuzz TYPE ROUNDS HEX...\n");
    return 2;
  }
  const std::string type = argv[1];
  const long rounds = std::strtol(argv[2], nullptr, 10);
  std::vector<std::string> seeds;
  for (int i = 3; i < argc; ++i) seeds.push_back(from_hex(argv[i]));

  PGconn* connection = PQconnectdb("");
  if (PQstatus(connection) != CONNECTION_OK) {
    (void)std::fprintf(stderr, "%s", PQerrorMessage(connection));
    return 1;
  }
  PGresult* found = PQexec(connection, ("SELECT '" + type + "'::regtype::oid").c_str());
  if (PQresultStatus(found) != PGRES_TUPLES_OK) {
    (void)std::fprintf(stderr, "%s", PQerrorMessage(connection));
    return 1;
  }
  const Oid oid = static_cast<Oid>(std::strtoul(PQgetvalue(found, 0, 0), nullptr, 10));
  PQclear(found);

  // As text, because not every type has an equality.
  const std::string query = "SELECT $1::text::" + type + "::text = $1::text";
  std::mt19937_64 random(20260101);
  long accepted = 0;
  long refused = 0;
  for (long round = 0; round < rounds; ++round) {
    const std::string message = round < static_cast<long>(seeds.size())
                                    ? seeds[static_cast<std::size_t>(round)]
                                    : mutate(seeds[random() % seeds.size()], random);
    const char* value = message.data();
    const int length = static_cast<int>(message.size());
    const int format = 1;
    PGresult* result = PQexecParams(connection, query.c_str(), 1, &oid, &value, &length, &format, 0);
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
      ++accepted;
      if (std::strcmp(PQgetvalue(result, 0, 0), "t") != 0) {
        (void)std::fprintf(stderr, "round %ld: the text form does not read back to the value\n", round);
        return 1;
      }
    } else {
      ++refused;
      const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      // Class 22 (data), 08P01 (protocol: cut off or too long); anything else is a bug or a dead backend.
      if (state == nullptr || (std::strncmp(state, "22", 2) != 0 && std::strcmp(state, "08P01") != 0)) {
        (void)std::fprintf(stderr, "round %ld: %s: %s", round, state == nullptr ? "no SQLSTATE" : state,
                           PQerrorMessage(connection));
        return 1;
      }
    }
    PQclear(result);
  }
  if (accepted == 0) {
    (void)std::fprintf(stderr, "not even the valid messages were accepted\n");
    return 1;
  }
  std::printf("%ld read, %ld refused\n", accepted, refused);
  PQfinish(connection);
  return 0;
}
