"""Small files that were made to take all the time or memory there is."""

from __future__ import annotations

import zipfile
import zlib
from functools import cache
from io import BytesIO

import pikepdf
from PIL import Image

from tests.applications.papers.files import docx, pdf, png_that_says

MILLION = 1_000_000


# -- Word documents --
def zipped(**parts):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in parts.items():
            packed.writestr(path, content)
    return file.getvalue()


def nested_zip(depth):
    content = bytes(10 * MILLION)
    for level in range(depth):
        content = zipped(**{f"{level}.zip": content})
    return content


def laughs(lines=30):
    """Entities that each hold the one before twice: a billion laughs."""
    entities = ['<!ENTITY a0 "ha">']
    for line in range(1, lines):
        entities.append(f'<!ENTITY a{line} "&a{line - 1};&a{line - 1};">')
    return f"<!DOCTYPE a [{''.join(entities)}]><a>&a{lines - 1};</a>"


def long_entity():
    """One long entity, asked for again and again."""
    return f'<!DOCTYPE a [<!ENTITY b "{"x" * 50_000}">]><a>{"&b;" * 50_000}</a>'


def command(text):
    return docx(f"<instrText>{text}</instrText>")


WORD = {
    "newlines in a command": lambda: command("\n" * 200_000),
    "spaces in a command": lambda: command(" " * 200_000),
    "quotation marks in a command": lambda: command('"' * 200_000),
    "a command in pieces": lambda: docx("<instrText>\n</instrText>" * 40_000),
    "a command in an attribute": lambda: docx(f'<fldSimple instr="{"&#10;" * 200_000}"/>'),
    "many fields": lambda: docx("<fldChar/>" * 200_000),
    "elements inside one another": lambda: docx("<a>" * 200_000 + "</a>" * 200_000),
    "a billion laughs": lambda: docx(**{"word/x.xml": laughs()}),
    "a long entity": lambda: docx(**{"word/x.xml": long_entity()}),
    "a zip in a zip in a zip": lambda: docx(**{"word/media/x.zip": nested_zip(5)}),
    "a zip under another name": lambda: docx(**{"word/media/x.png": nested_zip(2)}),
    "one large part": lambda: docx(**{"word/media/x.bmp": bytes(60 * MILLION)}),
    "many large parts": lambda: docx(**{f"word/media/{n}": bytes(5 * MILLION) for n in range(20)}),
    "many parts": lambda: docx(**{f"word/{number}": b"" for number in range(5_000)}),
}


# -- PDF documents --
@cache
def packed(length):
    """So many zeros, deflated, without ever being there whole."""
    deflate = zlib.compressobj(9)
    chunks = [deflate.compress(bytes(MILLION)) for _ in range(length // MILLION)]
    return b"".join([*chunks, deflate.flush()])


def page_of(content, *, filters="/FlateDecode", pages=1):
    """A document whose every page is that stream."""
    file = BytesIO()
    with pikepdf.new() as document:
        stream = document.make_stream(content)
        stream.write(content, filter=pikepdf.Object.parse(filters.encode()))
        stream = document.make_indirect(stream)
        for _ in range(pages):
            document.add_blank_page(page_size=(1_000, 1_000)).Contents = stream
        document.save(file, compress_streams=False)
    return file.getvalue()


def objects_in_one_stream(count, body=b"<<>>", *, content=b""):
    """A document of many objects that lie in one deflated stream (ISO 32000-1, 7.5.7)."""
    begins = [place * (len(body) + 1) for place in range(count)]
    head = " ".join(f"{number} {at}" for number, at in enumerate(begins, start=10)).encode() + b" "
    stream = content or zlib.compress(head + (body + b" ") * count, 9)

    file = BytesIO(b"%PDF-1.5\n")
    file.seek(0, 2)
    places = {}

    def write(number, text):
        places[number] = file.tell()
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, text))

    write(1, b"<</Type/Catalog/Pages 2 0 R>>")
    write(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    write(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    facts = b"/Type/ObjStm/N %d/First %d" % (count, len(head))
    write(4, _stream(facts, stream))

    rows = [bytes(8)] + [_row(1, places[number], 0) for number in range(1, 5)]
    rows += [bytes(8)] * 5 + [_row(2, 4, place) for place in range(count)]
    at = file.tell()
    facts = b"/Type/XRef/Size %d/W[1 4 3]/Root 1 0 R" % len(rows)
    write(count + 10, _stream(facts, zlib.compress(b"".join(rows), 9)))
    file.write(b"startxref\n%d\n%%%%EOF" % at)
    return file.getvalue()


def _row(kind, first, second):
    return bytes([kind]) + first.to_bytes(4, "big") + second.to_bytes(3, "big")


def _stream(facts, content):
    head = b"<<%s/Filter/FlateDecode/Length %d>>stream\n" % (facts, len(content))
    return head + content + b"\nendstream"


def deep_arrays():
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 50_000 + b"]" * 50_000)


SLOW_PAGE = b"0 0 m " + b"1000 1000 l 0 900 l 1000 0 l " * 200_000 + b"f*"

PDF = {
    "many objects in one stream": lambda: objects_in_one_stream(45_000),
    "too many objects in one stream": lambda: objects_in_one_stream(400_000),
    "objects of many parts": lambda: objects_in_one_stream(20_000, b"<</A[[[[[[[1]]]]]]]>>"),
    "a stream of objects that unpacks to 300 MB": lambda: objects_in_one_stream(
        10, content=packed(300 * MILLION)
    ),
    "a page that unpacks to 300 MB": lambda: page_of(packed(300 * MILLION)),
    "a page that is packed twice": lambda: page_of(
        zlib.compress(packed(300 * MILLION), 9), filters="[/FlateDecode /FlateDecode]"
    ),
    "arrays inside one another": deep_arrays,
    "16 slow pages": lambda: page_of(zlib.compress(SLOW_PAGE, 9), pages=16),
    "2,500 pages": lambda: page_of(zlib.compress(b"0 0 m"), pages=2_500),
}


# -- pictures --
def plain_png(side, mode="RGBA"):
    file = BytesIO()
    Image.new(mode, (side, side)).save(file, "PNG")
    return file.getvalue()


def plain_jpeg(side):
    file = BytesIO()
    Image.new("RGB", (side, side)).save(file, "JPEG")
    return file.getvalue()


PICTURES = {
    "a png that says that it is huge": ("png", lambda: png_that_says(60_000, 60_000)),
    "a png of 16 million pixels": ("png", lambda: plain_png(4_000)),
    "a png of 64 million pixels": ("png", lambda: plain_png(8_000, "L")),
    "a jpeg of 49 million pixels": ("jpeg", lambda: plain_jpeg(7_000)),
    "a jpeg of 100 million pixels": ("jpeg", lambda: plain_jpeg(10_000)),
}

# What each is, and what makes it.
CORPUS = {
    **{what: ("docx", make) for what, make in WORD.items()},
    **{what: ("pdf", make) for what, make in PDF.items()},
    **PICTURES,
}


@cache
def bomb(what):
    """(kind, bytes) of one of the corpus."""
    kind, make = CORPUS[what]
    return kind, make()
