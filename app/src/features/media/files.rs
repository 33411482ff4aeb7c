//! Makes the files of a picture from the one that was uploaded.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use img_parts::{Bytes, jpeg::Jpeg, png::Png, webp::WebP};
use std::io::Cursor;

/// The widths in which pictures are stored, in pixels: for a list, a phone, a sharp phone or small desktop, and a sharp
/// desktop. A picture that is narrower than one has its own width instead.
pub const WIDTHS: [u32; 4] = [240, 480, 960, 1600];
/// The widths of its crop for lists.
const CROP_WIDTHS: [u32; 2] = [240, 480];
/// The shape of a crop: its width and its height.
const CROP_SHAPE: (u32, u32) = (4, 3);
/// The largest crop that shared links show, in pixels: what chat apps and social networks ask for.
const SHARE_SIZE: (u32, u32) = (1200, 630);
/// The most pixels of a picture.
const MAX_PIXELS: u64 = 50_000_000;
/// The longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 30_000;
/// The most memory that decoding may take, in bytes: the pixels with transparency, and a third for the decoder.
const MAX_MEMORY: u64 = 270 * 1024 * 1024;
const WEBP_QUALITY: f32 = 78.0;
const JPEG_QUALITY: u8 = 80;

/// The colours that the space of a picture can have until it is loaded; `style/media.css` has them too.
pub const TONES: [[u8; 3]; 16] = [
    [0x2b, 0x2a, 0x28],
    [0x6e, 0x6a, 0x63],
    [0xa9, 0xa5, 0x9c],
    [0xde, 0xda, 0xd0],
    [0x5a, 0x3a, 0x2c],
    [0x9a, 0x6a, 0x4a],
    [0xcb, 0xa4, 0x7c],
    [0x8e, 0x3b, 0x36],
    [0xc4, 0x7a, 0x70],
    [0xb8, 0x95, 0x3e],
    [0x4a, 0x5f, 0x35],
    [0x86, 0x9c, 0x6a],
    [0x2f, 0x50, 0x5c],
    [0x6c, 0x93, 0xa4],
    [0xa8, 0xc4, 0xd4],
    [0x5c, 0x54, 0x78],
];

/// One file of a picture.
#[derive(Debug)]
pub struct File {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `webp` or `jpg`.
    pub format: &'static str,
    pub is_crop: bool,
    pub bytes: Vec<u8>,
}

/// The point of a picture that every crop keeps, in percent from the left and from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Focus {
    pub x: i16,
    pub y: i16,
}

impl Default for Focus {
    fn default() -> Self {
        Self { x: 50, y: 50 }
    }
}

/// A picture that was uploaded, with its files.
#[derive(Debug)]
pub struct Processed {
    /// Upright, in pixels.
    pub width: u32,
    /// Upright, in pixels.
    pub height: u32,
    /// An index of [`TONES`].
    pub tone: i16,
    /// What was uploaded, without where and with what it was taken.
    pub original: Vec<u8>,
    pub files: Vec<File>,
}

/// Why a picture could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It has more pixels than are taken.
    #[error("the picture has too many pixels")]
    TooLarge,
    /// It is not a picture, or a broken one.
    #[error("the picture cannot be read: {0}")]
    Read(#[from] image::ImageError),
    /// It could not be resized.
    #[error("the picture cannot be resized: {0}")]
    Resize(String),
}

/// Whether these bytes are a picture of this format and size, by what their beginning says.
pub fn is_size_of(bytes: &[u8], format: &str, width: u32, height: u32) -> bool {
    let wanted = match format {
        "webp" => ImageFormat::WebP,
        "jpg" => ImageFormat::Jpeg,
        _ => return false,
    };
    let Ok(reader) = ImageReader::new(Cursor::new(bytes)).with_guessed_format() else { return false };
    reader.format() == Some(wanted) && reader.into_dimensions().is_ok_and(|size| size == (width, height))
}

/// Decodes a picture within limits and makes each of its files. Takes long: run it off the async threads.
pub fn make_files(mut bytes: Vec<u8>, focus: Focus) -> Result<Processed, Error> {
    let (picture, format, orientation) = decode(&bytes)?;
    if format == ImageFormat::Jpeg {
        // phones put a film or another picture behind it
        bytes.truncate(find_jpeg_end(&bytes).ok_or_else(cut_off)?);
    }
    let (width, height) = picture.dimensions();
    let mut files = Vec::new();
    let mut whole = picture;
    let mut widths: Vec<u32> = WIDTHS.iter().copied().filter(|limit| *limit <= width).collect();
    if width < WIDTHS[3] && !widths.contains(&width) {
        widths.push(width);
    }
    let shared = crop_area(width, height, SHARE_SIZE, focus);
    let share_width = SHARE_SIZE.0.min(shared.2);
    let share = resize(&whole, (share_width, scale(SHARE_SIZE.1, share_width, SHARE_SIZE.0)), Some(shared))?;
    let crop = crop_area(width, height, CROP_SHAPE, focus);
    let crop_width = CROP_WIDTHS[1].min(crop.2);
    let cropped = resize(&whole, (crop_width, crop_height(crop_width)), Some(crop))?;
    // each size is made from the next larger one, which is faster than from the original
    for (index, target) in widths.iter().rev().enumerate() {
        whole = resize(&whole, (*target, scale(height, *target, width)), None)?;
        files.push(encode_webp(&whole, false)?);
        if index == 0 {
            files.push(encode_jpeg(&whole, false)?);
        }
    }
    let tone = find_tone(&resize(&whole, (1, 1), None)?);
    for target in CROP_WIDTHS.iter().rev().filter(|target| **target <= crop_width) {
        files.push(encode_webp(&resize(&cropped, (*target, crop_height(*target)), None)?, true)?);
    }
    files.push(encode_jpeg(&share, true)?);
    let original = remove_metadata(bytes, format, orientation)?;
    Ok(Processed { width, height, tone, original, files })
}

/// Decodes a picture and turns it upright. What is transparent in it becomes white.
fn decode(bytes: &[u8]) -> Result<(RgbImage, ImageFormat, Orientation), Error> {
    let io = image::ImageError::IoError;
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(io)?;
    let format = reader.format().ok_or_else(|| io(std::io::ErrorKind::InvalidData.into()))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(name_limit)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(name_limit)?;
    picture.apply_orientation(orientation);
    let opaque = if picture.color().has_alpha() { lay_on_white(&picture.into_rgba8()) } else { picture.into_rgb8() };
    Ok((opaque, format, orientation))
}

fn name_limit(error: image::ImageError) -> Error {
    match error {
        image::ImageError::Limits(_) => Error::TooLarge,
        error => Error::Read(error),
    }
}

fn lay_on_white(picture: &image::RgbaImage) -> RgbImage {
    let mut opaque = RgbImage::new(picture.width(), picture.height());
    for (from, to) in picture.pixels().zip(opaque.pixels_mut()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let blend = |part: u32| ((part * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        to.0 = [blend(red), blend(green), blend(blue)];
    }
    opaque
}

fn scale(length: u32, target: u32, of: u32) -> u32 {
    u32::try_from(u64::from(length) * u64::from(target) / u64::from(of.max(1))).unwrap_or(1).max(1)
}

fn crop_height(width: u32) -> u32 {
    scale(CROP_SHAPE.1, width, CROP_SHAPE.0)
}

/// The largest area of a shape around a point: left, top, width and height in pixels.
fn crop_area(width: u32, height: u32, shape: (u32, u32), focus: Focus) -> (u32, u32, u32, u32) {
    let crop_width = width.min(scale(shape.0, height, shape.1));
    let crop_height = height.min(scale(shape.1, crop_width, shape.0));
    let start = |length: u32, part: u32, percent: i16| {
        let middle = scale(u32::from(percent.clamp(0, 100).unsigned_abs()), length, 100);
        middle.saturating_sub(part / 2).min(length - part)
    };
    (start(width, crop_width, focus.x), start(height, crop_height, focus.y), crop_width, crop_height)
}

fn resize(from: &RgbImage, (width, height): (u32, u32), area: Option<(u32, u32, u32, u32)>) -> Result<RgbImage, Error> {
    if from.dimensions() == (width, height) && area.is_none() {
        return Ok(from.clone());
    }
    let error = |error: &dyn std::fmt::Display| Error::Resize(error.to_string());
    let source = ImageRef::new(from.width(), from.height(), from.as_raw(), PixelType::U8x3).map_err(|e| error(&e))?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let mut options = ResizeOptions::new();
    if let Some((left, top, width, height)) = area {
        options = options.crop(f64::from(left), f64::from(top), f64::from(width), f64::from(height));
    }
    Resizer::new().resize(&source, &mut target, &options).map_err(|e| error(&e))?;
    RgbImage::from_raw(width, height, target.into_vec()).ok_or_else(|| Error::Resize("no pixels".to_owned()))
}

fn encode_jpeg(picture: &RgbImage, is_crop: bool) -> Result<File, Error> {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(picture)?;
    let (width, height) = picture.dimensions();
    Ok(File { width, height, format: "jpg", is_crop, bytes })
}

fn encode_webp(picture: &RgbImage, is_crop: bool) -> Result<File, Error> {
    /// The longest side that WebP can say.
    const MAX_WEBP_SIDE: u32 = 16_383;
    let (width, height) = picture.dimensions();
    if width.max(height) > MAX_WEBP_SIDE {
        return Err(Error::TooLarge);
    }
    let bytes = webp::Encoder::from_rgb(picture, width, height).encode(WEBP_QUALITY).to_vec();
    Ok(File { width, height, format: "webp", is_crop, bytes })
}

fn find_tone(pixel: &RgbImage) -> i16 {
    let color = pixel.get_pixel(0, 0).0;
    let distance =
        |tone: &[u8; 3]| -> i32 { tone.iter().zip(color).map(|(a, b)| (i32::from(*a) - i32::from(b)).pow(2)).sum() };
    let nearest = TONES.iter().enumerate().min_by_key(|(_, tone)| distance(tone));
    nearest.map_or(0, |(index, _)| index as i16)
}

/// Leaves out of a file where, when and with what it was taken, and keeps how it is turned.
fn remove_metadata(bytes: Vec<u8>, format: ImageFormat, orientation: Orientation) -> Result<Vec<u8>, Error> {
    let bytes = Bytes::from(bytes);
    let rest = match format {
        ImageFormat::Jpeg => Jpeg::from_bytes(bytes).map(|mut jpeg| {
            // what is left describes the pixels: JFIF, the colours, and Adobe's way to write them
            let is_metadata = |marker: u8| matches!(marker, 0xe1 | 0xe3..=0xed | 0xef | 0xfe);
            // a list of the pictures behind this one, which were cut off
            let is_list = |marker: u8, contents: &[u8]| marker == 0xe2 && contents.starts_with(b"MPF\0");
            jpeg.segments_mut()
                .retain(|segment| !is_metadata(segment.marker()) && !is_list(segment.marker(), segment.contents()));
            if orientation != Orientation::NoTransforms {
                img_parts::ImageEXIF::set_exif(&mut jpeg, Some(exif_of(orientation)));
            }
            jpeg.encoder().bytes().to_vec()
        }),
        ImageFormat::Png => Png::from_bytes(bytes).map(|mut png| {
            png.chunks_mut().retain(|chunk| !matches!(&chunk.kind(), b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME"));
            if orientation != Orientation::NoTransforms {
                img_parts::ImageEXIF::set_exif(&mut png, Some(exif_of(orientation)));
            }
            png.encoder().bytes().to_vec()
        }),
        ImageFormat::WebP => WebP::from_bytes(bytes).map(|mut webp| {
            webp.remove_chunks_by_id(img_parts::webp::CHUNK_XMP);
            let exif = (orientation != Orientation::NoTransforms).then(|| exif_of(orientation));
            img_parts::ImageEXIF::set_exif(&mut webp, exif);
            webp.encoder().bytes().to_vec()
        }),
        _ => Ok(bytes.to_vec()),
    };
    rest.map_err(|_| cut_off())
}

fn cut_off() -> Error {
    Error::Read(image::ImageError::IoError(std::io::ErrorKind::UnexpectedEof.into()))
}

/// Finds where a JPEG ends; `None` where it was cut off, which the decoder forgives.
fn find_jpeg_end(bytes: &[u8]) -> Option<usize> {
    let byte = |at: usize| bytes.get(at).copied();
    let mut at = 2;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match byte(at + 1)? {
            0xd9 => return Some(at + 2),
            // filling, a byte of the pixels, and marks without a length
            0xff => at += 1,
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            _ => at += 2 + usize::from(u16::from_be_bytes([byte(at + 2)?, byte(at + 3)?])),
        }
    }
}

/// The smallest EXIF block that says how a picture is turned.
fn exif_of(orientation: Orientation) -> Bytes {
    let mut block = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0, 0]);
    block.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    }

    /// Red on the left, blue on the right.
    fn two_colours(width: u32, height: u32) -> DynamicImage {
        let colour = |x| if x < width / 2 { [200, 20, 20] } else { [20, 20, 200] };
        RgbImage::from_fn(width, height, |x, _| image::Rgb(colour(x))).into()
    }

    fn sizes(processed: &Processed, is_crop: bool) -> Vec<(u32, u32, &'static str)> {
        let files = processed.files.iter().filter(|file| file.is_crop == is_crop);
        files.map(|file| (file.width, file.height, file.format)).collect()
    }

    #[test]
    fn a_picture_comes_in_four_widths_one_jpeg_two_crops_and_one_for_shared_links() {
        let made = make_files(encode(&two_colours(2000, 1000), ImageFormat::Jpeg), Focus::default()).expect("is one");
        assert_eq!((made.width, made.height), (2000, 1000));
        let whole =
            [(1600, 800, "webp"), (1600, 800, "jpg"), (960, 480, "webp"), (480, 240, "webp"), (240, 120, "webp")];
        assert_eq!(sizes(&made, false), whole);
        assert_eq!(sizes(&made, true), [(480, 360, "webp"), (240, 180, "webp"), (1200, 630, "jpg")]);
        assert!(made.files[0].bytes.starts_with(b"RIFF") && made.files[1].bytes.starts_with(&[0xff, 0xd8]));
    }

    #[test]
    fn nothing_is_enlarged() {
        let made = make_files(encode(&two_colours(300, 100), ImageFormat::Png), Focus::default()).expect("is one");
        assert_eq!(sizes(&made, false), [(300, 100, "webp"), (300, 100, "jpg"), (240, 80, "webp")]);
        assert_eq!(sizes(&made, true), [(190, 99, "jpg")]);
        let made = make_files(encode(&two_colours(1, 1), ImageFormat::Gif), Focus::default()).expect("is one");
        assert_eq!(sizes(&made, false), [(1, 1, "webp"), (1, 1, "jpg")]);
    }

    #[test]
    fn a_crop_keeps_the_focus() {
        let tone_of = |x| {
            let made =
                make_files(encode(&two_colours(2000, 500), ImageFormat::Png), Focus { x, y: 50 }).expect("is one");
            let crop = made.files.into_iter().find(|file| file.is_crop).expect("has a crop");
            let pixel = image::load_from_memory(&crop.bytes).expect("is one").into_rgb8().get_pixel(240, 180).0;
            pixel[0] > pixel[2]
        };
        assert_eq!((tone_of(0), tone_of(100)), (true, false));
        assert_eq!(crop_area(400, 300, CROP_SHAPE, Focus { x: 9, y: 9 }), (0, 0, 400, 300));
        assert_eq!(crop_area(800, 300, CROP_SHAPE, Focus { x: 100, y: 0 }), (400, 0, 400, 300));
        assert_eq!(crop_area(300, 800, CROP_SHAPE, Focus { x: 50, y: 50 }), (0, 288, 300, 225));
    }

    #[test]
    fn a_picture_is_turned_upright_and_its_original_says_nothing_of_its_place() {
        let mut jpeg = Jpeg::from_bytes(encode(&two_colours(400, 200), ImageFormat::Jpeg).into()).expect("is a JPEG");
        let mut exif = exif_of(Orientation::Rotate90).to_vec();
        exif.extend(b"GPS 11.3 106.1");
        img_parts::ImageEXIF::set_exif(&mut jpeg, Some(exif.into()));
        let made = make_files(jpeg.encoder().bytes().to_vec(), Focus::default()).expect("is one");
        assert_eq!((made.width, made.height), (200, 400));
        let kept = |needle: &[u8]| made.original.windows(needle.len()).any(|part| part == needle);
        assert!(!kept(b"GPS") && kept(b"Exif"));
        let again = make_files(made.original.clone(), Focus::default()).expect("is one");
        assert_eq!((again.width, again.height, again.tone), (200, 400, made.tone));
    }

    #[test]
    fn what_phones_put_behind_a_photograph_is_cut_off() {
        let jpeg = encode(&two_colours(400, 200), ImageFormat::Jpeg);
        for behind in [&b"ftypmp42 GPS 11.3 \xff\xda"[..], b"\xff\xd8\xff\xda GPS 11.3 \xff\xd9", b""] {
            let made = make_files([&jpeg[..], behind].concat(), Focus::default()).expect("is one");
            assert_eq!((made.width, made.height), (400, 200));
            assert!(!made.original.windows(3).any(|part| part == b"GPS"));
            assert!(make_files(made.original, Focus::default()).is_ok());
        }
    }

    #[test]
    fn a_picture_that_is_too_long_for_its_format_is_refused() {
        let long = encode(&two_colours(20, 17_000), ImageFormat::Png);
        assert!(matches!(make_files(long, Focus::default()), Err(Error::TooLarge)));
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let clear = image::RgbaImage::from_pixel(10, 10, image::Rgba([0, 0, 0, 0]));
        let made = make_files(encode(&clear.into(), ImageFormat::Png), Focus::default()).expect("is one");
        assert_eq!(made.tone, 3, "the lightest");
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        let png = encode(&two_colours(9, 9), ImageFormat::Png);
        for bytes in [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\nbroken", &png[..60]] {
            assert!(matches!(make_files(bytes.to_vec(), Focus::default()), Err(Error::Read(_))));
        }
        let jpeg = encode(&two_colours(900, 900), ImageFormat::Jpeg);
        assert!(make_files(jpeg[..jpeg.len() / 2].to_vec(), Focus::default()).is_err(), "half of a JPEG");
        for (width, height) in [(30_000, 30_000), (8000, 7000)] {
            // the first chunk alone says how large it is
            let mut bomb = png.clone();
            bomb[16..20].copy_from_slice(&u32::to_be_bytes(width));
            bomb[20..24].copy_from_slice(&u32::to_be_bytes(height));
            let sum = crc(&bomb[12..29]);
            bomb[29..33].copy_from_slice(&sum.to_be_bytes());
            assert!(matches!(make_files(bomb, Focus::default()), Err(Error::TooLarge)), "{width}x{height}");
        }
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
        })
    }

    #[test]
    fn the_style_has_every_tone() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../style/media.css");
        let style = std::fs::read_to_string(path).expect("is there");
        for (index, [red, green, blue]) in TONES.iter().enumerate() {
            let rule = format!(".tone-{index} {{\n  background: #{red:02x}{green:02x}{blue:02x};\n}}");
            assert!(style.contains(&rule), "{rule}");
        }
    }
}
