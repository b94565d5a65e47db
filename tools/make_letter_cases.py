#!/usr/bin/env python3
"""Writes src/score/kernels/letter_cases.h: Unicode's full upper and lower case mappings as ranges, from Python's own str methods.

Python's final sigma rule, the one mapping that depends on the letters around, is left out.
"""
import pathlib
import sys


def mapping(change):
    simple, special = {}, {}
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code <= 0xDFFF:
            continue
        changed = change(chr(code))
        if changed == chr(code):
            continue
        if len(changed) == 1:
            simple[code] = ord(changed)
        else:
            special[code] = changed
    return simple, special


def ranges(simple):
    """[first, last, step, shift]: every step-th code from first to last moves by shift."""
    out = []
    for code in sorted(simple):
        shift = simple[code] - code
        if out and out[-1][3] == shift:
            first, last, step, _ = out[-1]
            gap = code - last
            if (first == last and gap <= 2) or (step == gap and first != last):
                out[-1][1] = code
                out[-1][2] = gap
                continue
        out.append([code, code, 1, shift])
    return out


def main():
    lines = [
        "// Made by tools/make_letter_cases.py; do not edit.",
        "// Unicode's case mappings beyond ASCII.",
        "#pragma once",
        "",
        "#include <cstdint>",
        "#include <string_view>",
        "",
        "namespace scoreway::utf8 {",
        "",
        "// Every step-th code point from first to last moves by shift.",
        "struct CaseRange {",
        "  uint32_t first, last, step;",
        "  int32_t shift;",
        "};",
        "// Letters that become several.",
        "struct CaseSpecial {",
        "  uint32_t code;",
        "  std::string_view text;",
        "};",
    ]
    for name, change in (("Lower", str.lower), ("Upper", str.upper)):
        simple, special = mapping(change)
        lines += ["", f"inline constexpr CaseRange k{name}Ranges[] = {{"]
        lines += [f"    {{0x{a:X}, 0x{b:X}, {step}, {shift}}}," for a, b, step, shift in ranges(simple)]
        lines += ["};", f"inline constexpr CaseSpecial k{name}Specials[] = {{"]
        for code, text in sorted(special.items()):
            escaped = "".join(f"\\x{byte:02x}" for byte in text.encode())
            lines.append(f'    {{0x{code:X}, "{escaped}"}},')
        lines += ["};"]
    lines += ["", "}  // namespace scoreway::utf8", ""]
    path = pathlib.Path(__file__).resolve().parent.parent / "src" / "score" / "kernels" / "letter_cases.h"
    path.write_text("\n".join(lines))
    print(f"{path}: {len(lines)} lines")


if __name__ == "__main__":
    main()
