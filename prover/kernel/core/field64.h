/* A field of words64.h, one element at a time. USE_ADX takes mulx, adcx and adox; otherwise the compiler's 128-bit integers. */
#undef LANES
#define LANES 1
#undef EXTRA_BITS
#define EXTRA_BITS 0
#include "words64.h"
#include "lanes1.h"
#include "field-words.h"
#undef CONSTANT
#undef F
#undef FIELD
#undef CONSTANTS
