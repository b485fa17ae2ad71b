// SPDX-License-Identifier: PostgreSQL
#pragma once

// Where the tests find what they read. Only places.cpp is compiled with these paths, so that what else is compiled is
// the same in every checkout, for ccache.
extern const char* const kReferenceDirectory;  // tests/reference
extern const char* const kCoreDirectory;       // extension/core
