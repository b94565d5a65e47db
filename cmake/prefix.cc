// Nothing: the target that precompiles prefix.h needs a file.
