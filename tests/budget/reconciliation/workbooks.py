"""Spreadsheets that no finance system writes: broken, and made to harm. By code, none is stored."""

from __future__ import annotations

import io
import zipfile

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

SHEET = "xl/worksheets/sheet1.xml"

BOOK = "xl/workbook.xml"

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/{BOOK}" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1"'
    f' Type="{DOCUMENT}/officeDocument" Target="{BOOK}"/></Relationships>',
    BOOK: f'<workbook xmlns="{SHEETS}" xmlns:r="{DOCUMENT}"><sheets>'
    '<sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1"'
    f' Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}

# By the byte of each entry's head that says so (APPNOTE 4.3).
HEADS = {b"PK\x01\x02": {"flags": 8, "method": 10}, b"PK\x03\x04": {"flags": 6, "method": 8}}


def sheet(rows, before=""):
    """One sheet of these rows; `before` stands before its root."""
    return f'{before}<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>'


def cells(*texts, row=1):
    """A row of texts; what is no text is its own XML."""
    written = (
        f'<c r="{"ABCDEFGH"[place]}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{row}">{"".join(written)}</row>'


def packed(rows="", **parts):
    """The file, with parts of another content; `sheet1` is the sheet's, `book` the book's."""
    named = {"sheet1": SHEET, "book": BOOK}
    content = PARTS | {SHEET: sheet(rows)} | {named[name]: text for name, text in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            if text is not None:
                archive.writestr(name, text)
    return file.getvalue()


def marked(what, value):
    """A good file whose entries say of themselves that they are encrypted, or packed strangely."""
    content = bytearray(packed(cells("x")))
    for head, places in HEADS.items():
        begins = content.find(head)
        while begins >= 0:
            content[begins + places[what]] = value
            begins = content.find(head, begins + 4)
    return bytes(content)


def damaged():
    """A good file, and in the middle of its sheet other bytes."""
    content = bytearray(packed(cells("x")))
    begins = content.find(SHEET.encode()) + len(SHEET)
    for place in range(begins, begins + 40):
        content[place] ^= 0x5A
    return bytes(content)


ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

LAUGHS = "".join(f'<!ENTITY {name} "{f"&{inner};" * 1_000}">' for name, inner in ("ba", "cb", "dc"))

BOMBS = {
    "no sheet in the book": lambda: packed(book=f'<workbook xmlns="{SHEETS}"/>'),
    "another book": lambda: packed(book="<a/>"),
    "no sheet in the file": lambda: packed(sheet1=None),
    "deep": lambda: packed(sheet1="<a>" * 50_000),
    "a deep book": lambda: packed(book="<a>" * 50_000 + "</a>" * 50_000),
    "a text that is none of the shared": lambda: packed('<row r="2"><c t="s"><v>9</v></c></row>'),
    "a row that is no number": lambda: packed('<row r="x"><c r="ZZZZZ9"><v>1</v></c></row>'),
    "damaged": damaged,
    "encrypted": lambda: marked("flags", 1),
    "packed strangely": lambda: marked("method", 97),
    "another file in it": lambda: packed(sheet1=sheet(cells("&x;"), ENTITY)),
    "laughs": lambda: packed(
        sheet1=sheet(cells("&d;"), f'<!DOCTYPE a [<!ENTITY a "ha">{LAUGHS}]>')
    ),
    "the last row is the billionth": lambda: packed(
        cells("Beløb") + '<row r="9999999999"><c><v>1</v></c></row>'
    ),
    "more rows than are read": lambda: packed(
        cells("Beløb") + "<row><c><v>1</v></c></row>" * 60_000
    ),
}
