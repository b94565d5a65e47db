# cmake -DIN=text -DOUT=file.cc -P embed_text.cmake: the text as what OpenapiDocument() gives.
file(READ ${IN} text)
file(WRITE ${OUT} "#include \"gateways/http/openapi.h\"\n\nnamespace scoreway::http {\n\n"
     "std::string_view OpenapiDocument() {\n  return R\"openapi(${text})openapi\";\n}\n\n}  // namespace scoreway::http\n")
