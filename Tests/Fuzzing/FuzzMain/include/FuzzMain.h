#include <stddef.h>
#include <stdint.h>

// libFuzzer's: everything that its own main does.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// Fuzz.swift's.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// What the package manager calls the main function of the program `Fuzz`.
int Fuzz_main(int argc, char **argv);
