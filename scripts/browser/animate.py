"""Puts frames together into an animated PNG, each with its caption, which is the name of its file:

    animate.py FRAMES PICTURE
"""

import pathlib
import sys

from PIL import Image, ImageDraw, ImageFont

SECONDS = 2.6
WIDTH = 1024
STRIP = 52
LARGEST = 1_500_000


def captioned(file, number, count):
    with Image.open(file) as image:
        image = image.convert("RGB")
        height = round(image.height * WIDTH / image.width)
        image = image.resize((WIDTH, height), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (WIDTH, height + STRIP), "#15171c")
    frame.paste(image, (0, STRIP))
    draw = ImageDraw.Draw(frame)
    caption = file.stem.split(" ", 1)[1]
    draw.text((20, STRIP // 2), caption, "#ffffff", ImageFont.load_default(22), anchor="lm")
    draw.text((WIDTH - 20, STRIP // 2), f"{number} / {count}", "#b0b5c0", ImageFont.load_default(18), anchor="rm")
    return frame


def in_one_palette(frames):
    """An animated PNG has one palette, for which a picture of all frames side by side speaks."""
    all_frames = Image.new("RGB", (WIDTH, sum(frame.height for frame in frames)))
    top = 0
    for frame in frames:
        all_frames.paste(frame, (0, top))
        top += frame.height
    palette = all_frames.quantize(256, Image.Quantize.MEDIANCUT)
    return [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]


def main(folder, picture):
    files = sorted(pathlib.Path(folder).glob("*.png"))
    frames = [captioned(file, number, len(files)) for number, file in enumerate(files, 1)]
    first, *others = in_one_palette(frames)
    first.save(
        picture, save_all=True, append_images=others, duration=round(SECONDS * 1000), loop=0, optimize=True)
    size = pathlib.Path(picture).stat().st_size
    print(f"{picture}: {len(files)} frames, {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit(f"{picture} is larger than {LARGEST / 1e6} MB")


main(*sys.argv[1:])
