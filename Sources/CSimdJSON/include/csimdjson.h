#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Owns a simdjson parser and the document it parsed last.
typedef struct csimdjson_parser csimdjson_parser;

/// NULL where memory is short.
csimdjson_parser *csimdjson_new(void);
void csimdjson_free(csimdjson_parser *parser);

/// Parses `length` bytes that are followed by at least 64 readable ones. Returns simdjson's error code, 0 for success: then `tape` and
/// `strings` point at the document (simdjson, doc/tape.md), valid until the next call with this parser.
int csimdjson_parse(csimdjson_parser *parser, const uint8_t *bytes, size_t length, size_t max_depth,
                    const uint64_t **tape, const uint8_t **strings);

/// Whether `code` says that memory is short, which is no property of the document.
int csimdjson_is_memory_error(int code);

#ifdef __cplusplus
}
#endif
