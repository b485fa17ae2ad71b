// SPDX-License-Identifier: PostgreSQL
//
// The planner's support of arima(series, …) and auto_arima(series, …): sql/extension/70_model.sql.
//
// postgres_fdw sends no call with a text or an array of our types among its arguments, not even as a default. A call
// that leaves these at their defaults becomes one of performance_tracker_arima or performance_tracker_auto_arima, which
// have only the other arguments, in the same order, and answer the same.
#include "pg/guard.h"
#include "pg/pg.h"

namespace performance_tracker {
namespace {

// The expressions of the last arguments.
List* defaults_of(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for function %u", function);
  bool none = true;
  const Datum stored = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargdefaults, &none);
  List* defaults = none ? NIL : static_cast<List*>(stringToNode(TextDatumGetCString(stored)));
  ReleaseSysCache(tuple);
  return defaults;
}

bool is_refused(Oid type) { return OidIsValid(get_typcollation(type)) || OidIsValid(get_element_type(type)); }

// nullptr when an argument that would be lost is not at its default.
Node* without_refused_arguments(const FuncExpr* call) {
  List* defaults = defaults_of(call->funcid);
  const int required = list_length(call->args) - list_length(defaults);
  Oid types[FUNC_MAX_ARGS];
  List* kept = NIL;
  for (int i = 0; i < list_length(call->args); ++i) {
    auto* argument = static_cast<Node*>(list_nth(call->args, i));
    const Oid type = exprType(argument);
    if (!is_refused(type)) {
      types[list_length(kept)] = type;
      kept = lappend(kept, argument);
    } else if (i < required || !equal(argument, list_nth(defaults, i - required))) {
      return nullptr;
    }
  }
  char* schema = get_namespace_name(get_func_namespace(call->funcid));
  char* name = psprintf("performance_tracker_%s", get_func_name(call->funcid));
  const Oid function = LookupFuncName(list_make2(makeString(schema), makeString(name)), list_length(kept), types, true);
  if (!OidIsValid(function)) return nullptr;
  return reinterpret_cast<Node*>(
      makeFuncExpr(function, call->funcresulttype, kept, InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL));
}

}  // namespace
}  // namespace performance_tracker

using namespace performance_tracker;

PERFORMANCE_TRACKER_ENTRY(performance_tracker_model_support) {
  auto* request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
  if (!IsA(request, SupportRequestSimplify)) return PointerGetDatum(nullptr);
  return PointerGetDatum(without_refused_arguments(reinterpret_cast<SupportRequestSimplify*>(request)->fcall));
}
