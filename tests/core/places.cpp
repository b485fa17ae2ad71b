// SPDX-License-Identifier: PostgreSQL
#include "places.h"

const char* const kReferenceDirectory = REFERENCE_DIR;
const char* const kCoreDirectory = CORE_DIR;
