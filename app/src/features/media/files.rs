//! Makes the files of a picture from the one that was uploaded.

use fast_image_resize::Resizer;
use fast_image_resize::images::Image;
use image::{ImageReader, Limits, RgbImage};
use std::io::Cursor;

/// The widths in which pictures are stored, in pixels: for a list, a phone, a sharp phone or small desktop, and a sharp
/// desktop.
pub const WIDTHS: [u32; 4] = [240, 480, 960, 1600];
/// The longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 12_000;
/// The most memory that decoding may take, in bytes.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// One file of a picture.
#[derive(Debug)]
pub struct File {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// `webp` or `jpg`.
    pub format: &'static str,
    pub bytes: Vec<u8>,
}

/// Why a picture could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not a picture, or exceeds the limits.
    #[error("the picture cannot be read: {0}")]
    Read(#[from] image::ImageError),
    /// It could not be resized.
    #[error("the picture cannot be resized: {0}")]
    Resize(String),
}

/// Decodes a picture within limits and makes each size in each format. Takes long: run it off the async threads.
pub fn make_files(bytes: &[u8]) -> Result<Vec<File>, Error> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(image::ImageError::IoError)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let original = reader.decode()?.into_rgb8();
    let mut files = Vec::new();
    for width in WIDTHS {
        let sized = resize(&original, width)?;
        let (width, height) = sized.dimensions();
        let webp = webp::Encoder::from_rgb(&sized, width, height).encode(80.0).to_vec();
        let mut jpg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpg, 82).encode_image(&sized)?;
        files.push(File { width, height, format: "webp", bytes: webp });
        files.push(File { width, height, format: "jpg", bytes: jpg });
    }
    Ok(files)
}

fn resize(original: &RgbImage, width: u32) -> Result<RgbImage, Error> {
    let error = |error: &dyn std::fmt::Display| Error::Resize(error.to_string());
    let (w, h) = original.dimensions();
    let height = u32::try_from(u64::from(h) * u64::from(width) / u64::from(w.max(1))).unwrap_or(1).max(1);
    let source = Image::from_vec_u8(w, h, original.as_raw().clone(), fast_image_resize::PixelType::U8x3)
        .map_err(|e| error(&e))?;
    let mut target = Image::new(width, height, fast_image_resize::PixelType::U8x3);
    Resizer::new().resize(&source, &mut target, None).map_err(|e| error(&e))?;
    RgbImage::from_raw(width, height, target.into_vec()).ok_or_else(|| Error::Resize("no pixels".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]))
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("encodes");
        bytes.into_inner()
    }

    #[test]
    fn a_picture_comes_in_four_sizes_and_two_formats() {
        let files = make_files(&png(800, 450)).expect("is a picture");
        let sizes: Vec<_> = files.iter().map(|file| (file.width, file.height, file.format)).collect();
        assert_eq!(
            sizes,
            [
                (240, 135, "webp"),
                (240, 135, "jpg"),
                (480, 270, "webp"),
                (480, 270, "jpg"),
                (960, 540, "webp"),
                (960, 540, "jpg"),
                (1600, 900, "webp"),
                (1600, 900, "jpg")
            ]
        );
        assert!(files[0].bytes.starts_with(b"RIFF") && files[1].bytes.starts_with(&[0xff, 0xd8]));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\nbroken", &png(9, 9)[..60]] {
            assert!(make_files(bytes).is_err());
        }
    }
}
