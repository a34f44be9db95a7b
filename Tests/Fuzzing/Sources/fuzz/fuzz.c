#include <stddef.h>
#include <stdint.h>

void alidade_fuzz(const uint8_t *data, size_t count);

/* What libFuzzer calls with each input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count) {
    alidade_fuzz(data, count);
    return 0;
}
