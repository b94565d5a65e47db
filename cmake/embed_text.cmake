# cmake -DIN=text -DOUT=file.cc -DHEADER=path.h -DNAMESPACE=a::b -DFUNCTION=Name -P embed_text.cmake
# The text as what a function of the header gives. Byte by byte: compilers need not take a string literal of more than
# 64 KiB.
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n\n"
     "std::string_view ${FUNCTION}() {\n  static constexpr char kText[] = {${bytes}};\n"
     "  return {kText, sizeof kText};\n}\n\n}  // namespace ${NAMESPACE}\n")
