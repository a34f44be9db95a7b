#include "csimdjson.h"
#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
};

csimdjson_parser *csimdjson_new(void) { return new (std::nothrow) csimdjson_parser; }

void csimdjson_free(csimdjson_parser *parser) { delete parser; }

int csimdjson_parse(csimdjson_parser *parser, const uint8_t *bytes, size_t length, size_t max_depth,
                    const uint64_t **tape, const uint8_t **strings) {
    simdjson::dom::parser &dom = parser->parser;
    if (dom.max_depth() != max_depth) {
        simdjson::error_code error = dom.allocate(dom.capacity(), max_depth);
        if (error) return error;
    }
    simdjson::error_code error = dom.parse(bytes, length, false).error();
    if (error) return error;
    *tape = dom.doc.tape.get();
    *strings = dom.doc.string_buf.get();
    return simdjson::SUCCESS;
}

int csimdjson_is_memory_error(int code) { return code == simdjson::MEMALLOC; }
