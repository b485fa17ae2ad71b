// SPDX-License-Identifier: PostgreSQL
#include "pg/arguments.h"

namespace performance_tracker {
namespace {

struct Declaration {
  const char* name;  // "" without one
  Oid type;
  const char* own_type;  // name of the type, or of the elements of the array; nullptr for one of Postgres
  bool own_array;
};

// The input arguments of the function that a call site calls.
struct Declarations {
  Declaration* arguments;
  int count;
  int next;  // entries read in the declared order, so that this one is nearly always the one asked for
};

void describe_own_type(Declaration& declaration) {
  if (declaration.type < FirstNormalObjectId) return;
  const Oid element = get_element_type(declaration.type);
  declaration.own_array = OidIsValid(element);
  HeapTuple type = SearchSysCache1(TYPEOID, ObjectIdGetDatum(OidIsValid(element) ? element : declaration.type));
  if (!HeapTupleIsValid(type)) elog(ERROR, "cache lookup failed for type %u", declaration.type);
  declaration.own_type = pstrdup(NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(type))->typname));
  ReleaseSysCache(type);
}

// In the memory of the call site, which lives as long as fn_extra.
Declarations* read_declarations(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  Oid* types = nullptr;
  char** names = nullptr;
  char* modes = nullptr;
  const int all = get_func_arg_info(tuple, &types, &names, &modes);
  auto* read = static_cast<Declarations*>(palloc0(sizeof(Declarations)));
  read->arguments = static_cast<Declaration*>(palloc0(sizeof(Declaration) * static_cast<std::size_t>(all + 1)));
  for (int i = 0; i < all; ++i) {
    if (modes != nullptr && (modes[i] == PROARGMODE_OUT || modes[i] == PROARGMODE_TABLE)) continue;
    Declaration& declaration = read->arguments[read->count++];
    declaration.name = names != nullptr && names[i] != nullptr ? names[i] : "";
    declaration.type = types[i];
    describe_own_type(declaration);
  }
  ReleaseSysCache(tuple);
  return read;
}

Declarations* declarations_of(FunctionCallInfo fcinfo) {
  FmgrInfo* call_site = fcinfo->flinfo;
  if (call_site->fn_extra == nullptr) {
    MemoryContext caller = MemoryContextSwitchTo(call_site->fn_mcxt);
    Declarations* read = read_declarations(call_site->fn_oid);
    MemoryContextSwitchTo(caller);
    call_site->fn_extra = read;
  }
  return static_cast<Declarations*>(call_site->fn_extra);
}

// -1 when there is none.
int place_of(FunctionCallInfo fcinfo, const char* name) {
  Declarations* declared = declarations_of(fcinfo);
  for (int tried = 0; tried < declared->count; ++tried) {
    const int place = declared->next;
    declared->next = place + 1 < declared->count ? place + 1 : 0;
    if (std::strcmp(declared->arguments[place].name, name) == 0) return place;
  }
  return -1;
}

bool matches(const Declaration& declared, const ArgumentType& wanted) {
  if (wanted.own == nullptr) return declared.type == wanted.oid;
  return declared.own_type != nullptr && declared.own_array == wanted.own_array &&
         std::strcmp(declared.own_type, wanted.own) == 0;
}

// Nothing is read: a wrong place or type would be taken for a number or a pointer.
[[noreturn]] void refuse_declaration(FunctionCallInfo fcinfo, const char* name, const ArgumentType& wanted) {
  ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                  errmsg("this function of performance_tracker is of another version than its library"),
                  errdetail("The library reads an argument %s of type %s%s, which %s does not have.", name,
                            wanted.own != nullptr ? wanted.own : format_type_be(wanted.oid),
                            wanted.own_array ? "[]" : "", format_procedure(fcinfo->flinfo->fn_oid)),
                  errhint("Run ALTER EXTENSION performance_tracker UPDATE; in this database.")));
  pg_unreachable();
}

void check_finite(double value, const char* name) {
  if (!std::isfinite(value))
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be a finite number, not %g", name, value),
                    err_generic_string(PG_DIAG_COLUMN_NAME, name)));
}

int given(FunctionCallInfo fcinfo, const char* name, Oid type) {
  return given_argument(fcinfo, name, {type, nullptr, false});
}

}  // namespace

int argument_place(FunctionCallInfo fcinfo, const char* name, const ArgumentType& type) {
  const int place = place_of(fcinfo, name);
  if (place < 0 || !matches(declarations_of(fcinfo)->arguments[place], type)) refuse_declaration(fcinfo, name, type);
  return place;
}

int given_argument(FunctionCallInfo fcinfo, const char* name, const ArgumentType& type, const char* hint) {
  const int place = argument_place(fcinfo, name, type);
  if (PG_ARGISNULL(place))
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name),
                    hint != nullptr ? errhint("%s", hint) : errhint("Leave %s out to get its default.", name),
                    err_generic_string(PG_DIAG_COLUMN_NAME, name)));
  return place;
}

bool has_argument(FunctionCallInfo fcinfo, const char* name) { return place_of(fcinfo, name) >= 0; }

int int4_argument(FunctionCallInfo fcinfo, const char* name) { return PG_GETARG_INT32(given(fcinfo, name, INT4OID)); }

std::int64_t int8_argument(FunctionCallInfo fcinfo, const char* name) {
  return PG_GETARG_INT64(given(fcinfo, name, INT8OID));
}

double float8_argument(FunctionCallInfo fcinfo, const char* name) {
  const double value = PG_GETARG_FLOAT8(given(fcinfo, name, FLOAT8OID));
  check_finite(value, name);
  return value;
}

bool bool_argument(FunctionCallInfo fcinfo, const char* name) { return PG_GETARG_BOOL(given(fcinfo, name, BOOLOID)); }

const char* text_argument(FunctionCallInfo fcinfo, const char* name) {
  return text_to_cstring(PG_GETARG_TEXT_PP(given(fcinfo, name, TEXTOID)));
}

DateADT date_argument(FunctionCallInfo fcinfo, const char* name) {
  return PG_GETARG_DATEADT(given(fcinfo, name, DATEOID));
}

Timestamp timestamp_argument(FunctionCallInfo fcinfo, const char* name) {
  return PG_GETARG_TIMESTAMP(given(fcinfo, name, TIMESTAMPOID));
}

const Interval* interval_argument(FunctionCallInfo fcinfo, const char* name) {
  return PG_GETARG_INTERVAL_P(given(fcinfo, name, INTERVALOID));
}

std::optional<int> optional_int4_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, INT4OID);
  if (PG_ARGISNULL(place)) return std::nullopt;
  return PG_GETARG_INT32(place);
}

std::optional<double> optional_float8_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, FLOAT8OID);
  if (PG_ARGISNULL(place)) return std::nullopt;
  const double value = PG_GETARG_FLOAT8(place);
  check_finite(value, name);
  return value;
}

const char* optional_text_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, TEXTOID);
  return PG_ARGISNULL(place) ? nullptr : text_to_cstring(PG_GETARG_TEXT_PP(place));
}

std::optional<DateADT> optional_date_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, DATEOID);
  if (PG_ARGISNULL(place)) return std::nullopt;
  return PG_GETARG_DATEADT(place);
}

std::optional<Timestamp> optional_timestamp_argument(FunctionCallInfo fcinfo, const char* name) {
  const int place = argument_place(fcinfo, name, TIMESTAMPOID);
  if (PG_ARGISNULL(place)) return std::nullopt;
  return PG_GETARG_TIMESTAMP(place);
}

}  // namespace performance_tracker
