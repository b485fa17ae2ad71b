// SPDX-License-Identifier: PostgreSQL
//
// Every difference between PostgreSQL versions, so that no other file asks for PG_VERSION_NUM. Included by pg/pg.h.
#pragma once

#if PG_VERSION_NUM < 130000 || PG_VERSION_NUM >= 190000
#error "performance_tracker supports PostgreSQL 13 to 18"
#endif

namespace performance_tracker::compat {

// Puts the function into materialise mode: afterwards rsinfo->setResult and rsinfo->setDesc are ready for rows.
inline void begin_materialized_rows(FunctionCallInfo fcinfo) {
#if PG_VERSION_NUM >= 150001
  InitMaterializedSRF(fcinfo, 0);
#else
  auto* rsinfo = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  if (rsinfo == nullptr || !IsA(rsinfo, ReturnSetInfo) || (rsinfo->allowedModes & SFRM_Materialize) == 0)
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("set-valued function called in context that cannot accept a set")));
  MemoryContext caller = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
  TupleDesc description = nullptr;
  if (get_call_result_type(fcinfo, nullptr, &description) != TYPEFUNC_COMPOSITE)
    elog(ERROR, "return type must be a row type");
  rsinfo->returnMode = SFRM_Materialize;
  rsinfo->setResult = tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
  rsinfo->setDesc = BlessTupleDesc(description);
  MemoryContextSwitchTo(caller);
#endif
}

}  // namespace performance_tracker::compat
