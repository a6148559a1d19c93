/* Everything, on a field implementation; another one defines these two, and fq_* and fr_* as field29.h does. */
#pragma once
#include "types.h"
#include "inverse.h"
#ifndef FIELD_HEADER
#define FIELD_HEADER "field29.h"
#define CONSTANTS_HEADER "constants29.h"
#endif
#include CONSTANTS_HEADER

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
#include "compact.h"
#include "groth16.h"

#define GROUP g1
#define BASE fq
#include "fixed-base.h"
#define GROUP g2
#define BASE fq2
#include "fixed-base.h"
#include "setup.h"
