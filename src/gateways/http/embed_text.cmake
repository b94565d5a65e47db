# cmake -DIN=text -DOUT=file.cc -P embed_text.cmake: the text as what OpenapiDocument() gives.
# Byte by byte: compilers need not take a string literal of more than 64 KiB.
file(READ ${IN} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${OUT} "#include \"gateways/http/openapi.h\"\n\nnamespace scoreway::http {\n\n"
     "std::string_view OpenapiDocument() {\n  static constexpr char kText[] = {${bytes}};\n"
     "  return {kText, sizeof kText};\n}\n\n}  // namespace scoreway::http\n")
