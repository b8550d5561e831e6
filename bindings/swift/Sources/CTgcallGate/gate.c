#include "tgcall_gate.h"
