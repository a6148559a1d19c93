/* Everything, on a field implementation. Another one replaces FIELD_HEADER; it defines fq_* and fr_* like field29.h. */
#pragma once
#include "types.h"
#include "constants29.h"
#ifndef FIELD_HEADER
#define FIELD_HEADER "field29.h"
#endif

#define FIELD fq
#define CONSTANTS FQ
#include FIELD_HEADER
#define FIELD fr
#define CONSTANTS FR
#include FIELD_HEADER
#include "fq2.h"
#include "scalar.h"

#define GROUP g1
#define BASE fq
#include "group.h"
#include "msm.h"
#define GROUP g2
#define BASE fq2
#include "group.h"
#include "msm.h"

#include "fft.h"
#include "points.h"
#include "rows.h"
#include "groth16.h"
