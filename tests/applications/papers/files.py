"""Files as a school might lay them on, and as somebody might who means harm."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

import pikepdf
from PIL import Image

# In two parts, so that no virus scanner takes this file for the test file that it makes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

OUTSIDE_TEMPLATE = (
    f'<Relationship Id="r1" Type="{RELATIONSHIP}/attachedTemplate" '
    'Target="https://x.example/t.dotm" TargetMode="External"/>'
)
LINK = (
    f'<Relationship Id="r1" Type="{RELATIONSHIP}/hyperlink" '
    'Target="https://x.example/" TargetMode="External"/>'
)


def image(image_format="PNG", size=(40, 30), mode="RGB", **how):
    file = BytesIO()
    Image.new(mode, size, 200).save(file, image_format, **how)
    return file.getvalue()


def photo():
    """A photograph that tells where it was taken."""
    exif = Image.Exif()
    exif[0x0110] = "Kamera"
    exif.get_ifd(0x8825)[1] = "N"
    return image("JPEG", exif=exif)


def png_that_says(width, height):
    """A PNG that says it is that large, and holds nothing of it."""
    small = bytearray(image())
    small[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    small[29:33] = zlib.crc32(bytes(small[12:29])).to_bytes(4, "big")
    return bytes(small)


def pdf(**root):
    """One empty page; `root` are entries of the document's root."""
    file = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for key, value in root.items():
            document.Root[f"/{key}"] = value
        document.save(file, deterministic_id=True)
    return file.getvalue()


def entries(**values):
    """A dictionary of a PDF."""
    return pikepdf.Dictionary({f"/{key}": value for key, value in values.items()})


def locked_pdf():
    file = BytesIO()
    with pikepdf.open(BytesIO(pdf())) as document:
        document.save(file, encryption=pikepdf.Encryption(user="x", owner="y"))
    return file.getvalue()


def in_clear(content):
    """All of a PDF in clear: no object hides in a compressed stream."""
    file = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        document.save(
            file, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
        )
    return file.getvalue()


def docx(body="", types=WORD_TYPE, relationships="", **parts):
    """A Word document; `parts` are more files in it, by their paths."""
    content_types = (
        f'<Types><Override PartName="/word/document.xml" ContentType="{types}"/></Types>'
    )
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", content_types)
        packed.writestr("word/document.xml", f"<document>{body}</document>")
        packed.writestr(
            "word/_rels/document.xml.rels", f"<Relationships>{relationships}</Relationships>"
        )
        for path, content in parts.items():
            packed.writestr(path, content)
    return file.getvalue()


# -- forms, signatures and attachments of a PDF --
def form_pdf(*, has_appearance):
    """A form with a field in which somebody wrote `PPR`, with or without its picture."""
    file = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(300, 100))
        font = entries(Type=name("Font"), Subtype=name("Type1"), BaseFont=name("Helvetica"))
        fonts = entries(Font=entries(Helv=document.make_indirect(font)))
        field = entries(Type=name("Annot"), Subtype=name("Widget"), FT=name("Tx"), F=4, T="svar")
        field.Rect = pikepdf.Array([20, 20, 280, 80])
        field.V, field.DA = pikepdf.String("PPR"), pikepdf.String("/Helv 40 Tf 0 g")
        if has_appearance:
            look = document.make_stream(b"q BT /Helv 40 Tf 0 g 2 15 Td (PPR) Tj ET Q")
            look.Subtype, look.BBox = name("Form"), pikepdf.Array([0, 0, 260, 60])
            look.Resources = fonts
            field.AP = entries(N=look)
        page.Annots = pikepdf.Array([document.make_indirect(field)])
        form = entries(Fields=page.Annots, NeedAppearances=not has_appearance, DR=fonts)
        form.DA = field.DA
        document.Root.AcroForm = form
        document.save(file)
    return file.getvalue()


def name(word):
    return pikepdf.Name(f"/{word}")


def xfa_pdf():
    """A form whose fields stand in XML, which only Adobe's programs show."""
    return pdf(AcroForm=entries(Fields=pikepdf.Array([]), XFA=pikepdf.String("<xdp/>")))


def signed_pdf(**root):
    signature = entries(Type=name("Sig"), ByteRange=pikepdf.Array([0, 10, 20, 30]))
    field = entries(FT=name("Sig"), T="Underskrift", V=signature)
    return pdf(AcroForm=entries(Fields=pikepdf.Array([field]), SigFlags=3), **root)


def pdf_with_file_inside(called="bilag.docx"):
    file = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        inside = pikepdf.AttachedFileSpec(document, b"hello", filename=called)
        document.attachments[called] = inside
        document.save(file)
    return file.getvalue()


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MAIL = b"From: ppr@demo.example\r\nSubject: Udtalelse\r\n\r\nHej"
