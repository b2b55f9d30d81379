from __future__ import annotations

from functools import cache
from io import BytesIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from binrelay.mail.images import image_kind, strip_metadata

SECRET = b"Piet Jansen, 52.09 N 5.12 E"
FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]


@cache
def picture(kind: str, orientation: int = 1) -> bytes:
    image = Image.effect_noise((40, 30), 60).convert("P" if kind == "GIF" else "RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    options: dict[str, object] = {"exif": exif, "comment": SECRET}
    if kind == "PNG":
        notes = PngInfo()
        notes.add_text("Author", SECRET.decode())
        notes.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=False)
        options["pnginfo"] = notes
    if kind == "WEBP":
        options |= {"xmp": SECRET, "lossless": True}
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", FORMATS)
def test_who_and_where_are_gone_and_every_pixel_stays(kind: str) -> None:
    before = picture(kind)
    after = strip_metadata(before)
    assert after is not None
    assert SECRET in before
    assert SECRET not in after
    assert opened(after).convert("RGB").tobytes() == opened(before).convert("RGB").tobytes()
    assert 0x8825 not in opened(after).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photo_taken_sideways_is_still_shown_upright(kind: str, orientation: int) -> None:
    after = strip_metadata(picture(kind, orientation))
    assert after is not None
    assert dict(opened(after).getexif()) == {0x0112: orientation}
    assert SECRET not in after


@pytest.mark.parametrize("kind", FORMATS)
def test_a_clean_picture_is_not_touched_again(kind: str) -> None:
    once = strip_metadata(picture(kind, 6))
    assert once is not None
    assert strip_metadata(once) is once


@pytest.mark.parametrize("kind", FORMATS)
def test_what_hangs_behind_a_picture_is_cut_off(kind: str) -> None:
    after = strip_metadata(picture(kind) + SECRET)
    assert after is not None
    assert SECRET not in after


def test_a_progressive_photo_and_an_animation_survive() -> None:
    progressive = BytesIO()
    Image.effect_noise((64, 64), 90).save(progressive, "JPEG", progressive=True, comment=SECRET)
    frames = [Image.new("L", (9, 9), shade) for shade in (10, 90, 200)]
    moving = BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:], loop=0, comment=SECRET)
    for source in (progressive.getvalue(), moving.getvalue()):
        after = strip_metadata(source)
        assert after is not None
        assert SECRET not in after
        assert opened(after).tobytes() == opened(source).tobytes()
    animation = Image.open(BytesIO(strip_metadata(moving.getvalue()) or b""))
    assert getattr(animation, "n_frames", 0) == 3
    assert animation.info["loop"] == 0


def test_colours_are_kept_as_they_were_meant() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4)).save(out, "JPEG", icc_profile=b"profile" * 9)
    after = strip_metadata(out.getvalue())
    assert after is not None
    assert opened(after).info["icc_profile"] == b"profile" * 9


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\0\0\0\x18ftypheic", "isomedia"),
        (b"MM\0*\0", "tiff"),
        (b"hello", None),
        (b"", None),
        (b"BM" + bytes(20), "bmp"),
    ],
)
def test_what_a_file_is_is_read_from_its_bytes(data: bytes, kind: str | None) -> None:
    assert image_kind(data) == kind


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("end", [4, 13, 20, 33, 60])
def test_a_picture_that_is_cut_short_cannot_be_judged(kind: str, end: int) -> None:
    assert strip_metadata(picture(kind)[:end]) is None


@given(st.sampled_from(FORMATS), st.data())
def test_damaged_pictures_never_break_anything(kind: str, data: st.DataObject) -> None:
    whole = bytearray(picture(kind))
    for _ in range(8):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    after = strip_metadata(bytes(whole))
    assert after is None or len(after) <= len(whole) + 40


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\xff\xd8\xff\xda\0\x02", b"GIF89a" + bytes(7), b"\x89PNG\r\n\x1a\n"]
)
@pytest.mark.parametrize("filler", [b"\xff", b"\0", b"\x21\xff\1a\0"])
def test_no_picture_takes_long(start: bytes, filler: bytes) -> None:
    begin = process_time()
    after = strip_metadata(start + filler * (4_000_000 // len(filler)))
    assert process_time() - begin < 3
    assert after is None or len(after) <= 4_100_000
