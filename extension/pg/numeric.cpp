// SPDX-License-Identifier: PostgreSQL
#include "pg/numeric.h"

#include <array>

extern "C" {
#include "utils/float.h"
}

namespace performance_tracker {
namespace {

// The form of a stored numeric, which is a part of PostgreSQL's data format (utils/adt/numeric.c has it, no header
// does): a header of 2 or 4 bytes with sign, scale and weight, then digits to the base of 10,000, the first times
// 10,000^weight.
constexpr std::uint16_t kSignMask = 0xC000, kNegative = 0x4000, kShort = 0x8000, kSpecial = 0xC000;
constexpr std::uint16_t kShortNegative = 0x2000, kShortWeightSign = 0x0040, kShortWeightMask = 0x003F;

constexpr std::array<double, 6> kPowers{1, 1e4, 1e8, 1e12, 1e16, 1e20};  // of 10,000, each a double without error

double through_text(Datum numeric) { return DatumGetFloat8(DirectFunctionCall1(numeric_float8, numeric)); }

std::uint16_t word(const char* bytes, std::size_t index) {
  std::uint16_t value;
  std::memcpy(&value, bytes + 2 * index, sizeof(value));
  return value;
}

}  // namespace

double numeric_to_double(Datum numeric) {
  const auto* stored = reinterpret_cast<const varlena*>(DatumGetPointer(numeric));
  if (VARATT_IS_EXTERNAL(stored) || VARATT_IS_COMPRESSED(stored)) return through_text(numeric);
  const char* bytes = VARDATA_ANY(stored);
  const std::size_t words = VARSIZE_ANY_EXHDR(stored) / 2;
  if (words == 0) return through_text(numeric);
  const std::uint16_t header = word(bytes, 0);
  if ((header & kSignMask) == kSpecial) return through_text(numeric);
  const bool is_short = (header & kShort) != 0;
  const bool negative = is_short ? (header & kShortNegative) != 0 : (header & kSignMask) == kNegative;
  const std::size_t head = is_short ? 1 : 2;
  if (words < head) return through_text(numeric);
  const int weight = is_short ? static_cast<int>(header & kShortWeightMask) - ((header & kShortWeightSign) ? 64 : 0)
                              : static_cast<std::int16_t>(word(bytes, 1));
  const std::size_t digits = words - head;
  if (digits == 0) return 0;
  // Digits and power of ten are doubles without error, so that one division (or product) rounds as text does: once.
  constexpr std::int64_t kExact = std::int64_t{1} << 53;
  if (digits > 4) return through_text(numeric);
  std::int64_t whole = 0;
  for (std::size_t i = 0; i < digits; ++i) whole = whole * 10000 + word(bytes, head + i);
  const int shift = weight - static_cast<int>(digits) + 1;
  if (whole > kExact || shift < -5 || shift > 5) return through_text(numeric);
  const double value = shift < 0 ? static_cast<double>(whole) / kPowers[static_cast<std::size_t>(-shift)]
                                 : static_cast<double>(whole) * kPowers[static_cast<std::size_t>(shift)];
  return negative ? -value : value;
}

NumberReader number_reader(Oid column_type) {
  NumberReader reader{};
  reader.type = getBaseType(column_type);
  switch (reader.type) {
    case INT2OID:
    case INT4OID:
    case INT8OID:
    case FLOAT4OID:
    case FLOAT8OID:
    case NUMERICOID:
      break;
    default: {
      Oid output = InvalidOid;
      bool is_varlena = false;
      getTypeOutputInfo(reader.type, &output, &is_varlena);
      fmgr_info(output, &reader.to_text);
    }
  }
  return reader;
}

double read_number(NumberReader* reader, Datum value) {
  switch (reader->type) {
    case INT2OID:
      return DatumGetInt16(value);
    case INT4OID:
      return DatumGetInt32(value);
    case INT8OID:
      return static_cast<double>(DatumGetInt64(value));
    case FLOAT4OID:
      return static_cast<double>(DatumGetFloat4(value));
    case FLOAT8OID:
      return DatumGetFloat8(value);
    case NUMERICOID:
      return numeric_to_double(value);
    default:
      return DatumGetFloat8(
          DirectFunctionCall1(float8in, CStringGetDatum(OutputFunctionCall(&reader->to_text, value))));
  }
}

}  // namespace performance_tracker
