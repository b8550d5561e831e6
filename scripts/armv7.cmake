# Opus for ARMv7 without NEON, which that target does not promise. Its build asks whether the compiler knows arm_neon.h; it does, but
# compiles it only with -mfpu=neon, and that would be for all of Opus.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(HAVE_ARM_NEON_H OFF CACHE INTERNAL "")
