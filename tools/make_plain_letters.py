#!/usr/bin/env python3
"""Writes src/score/kernels/plain_letters.h: what is left of a letter when it is taken apart (Unicode's NFKD) and its
combining marks are dropped, from Python's own unicodedata. Syllables of Hangul, which follow a rule, are left out.
"""
import pathlib
import sys
import unicodedata

RUN_MAX = 64  # codes of one text, which is walked through


def plain(character):
    return "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))


def runs():
    """[first, what is left of it and of the codes that follow it]"""
    out = []
    for code in range(0x80, sys.maxunicode + 1):
        if 0xD800 <= code <= 0xDFFF or 0xAC00 <= code <= 0xD7A3:
            continue
        left = plain(chr(code))
        if left == chr(code):
            continue
        if out and out[-1][0] + len(out[-1][1]) == code and len(out[-1][1]) < RUN_MAX:
            out[-1][1].append(left)
        else:
            out.append([code, [left]])
    return out


def quoted(texts):
    """Literals of about a line each; a new one after each escape, which would swallow digits."""
    pieces = [""]
    for byte in "".join(text + "\n" for text in texts).encode():
        if len(pieces[-1]) > 90:
            pieces.append("")
        if byte == 0x0A:
            pieces[-1] += "\\n"
        elif byte >= 0x80:
            pieces[-1] += f"\\{byte:03o}"
        else:
            pieces[-1] += {'"': '\\"', "\\": "\\\\", "?": "\\?"}.get(chr(byte), chr(byte))
    return ['"' + piece + '"' for piece in pieces if piece]


def main():
    lines = [
        "// Made by tools/make_plain_letters.py; do not edit.",
        "// What is left of letters taken apart (NFKD) without their combining marks, beyond ASCII and Hangul.",
        "#pragma once",
        "",
        "#include <cstdint>",
        "#include <string_view>",
        "",
        "namespace scoreway::utf8 {",
        "",
        "// Codes one after the other, and of each a line: what is left of it.",
        "struct PlainRun {",
        "  uint32_t first, count;",
        "  std::string_view lines;",
        "};",
        "",
        "// clang-format off",
        "inline constexpr PlainRun kPlainRuns[] = {",
    ]
    for first, texts in runs():
        pieces = quoted(texts)
        lines.append(f"    {{0x{first:X}, {len(texts)}, {pieces[0]}" + ("}," if len(pieces) == 1 else ""))
        lines += ["     " + piece for piece in pieces[1:-1]]
        if len(pieces) > 1:
            lines.append("     " + pieces[-1] + "},")
    lines += ["};", "// clang-format on", "", "}  // namespace scoreway::utf8", ""]
    path = pathlib.Path(__file__).resolve().parent.parent / "src" / "score" / "kernels" / "plain_letters.h"
    path.write_text("\n".join(lines))
    size = sum(len("".join(t + "\n" for t in texts).encode()) for _, texts in runs())
    print(f"{path}: {len(runs())} runs of {size} bytes")


if __name__ == "__main__":
    main()
