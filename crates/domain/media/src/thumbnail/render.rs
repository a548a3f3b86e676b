//! From the bytes of a picture to the bytes of a smaller one. Blocks; knows no storage.
//!
//! What a file is, is read from its first bytes, never from what its uploader says. The size is read
//! from the header and weighed before anything is decoded. Only formats that carry pixels are
//! decoded: never SVG, which is a program.

mod moving;

use std::io::Cursor;

use bytes::Bytes;
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngDecoder, PngEncoder};
use image::codecs::webp::WebPDecoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, Limits, RgbaImage};

use super::box_size::{BoxSize, Fit};
use crate::MediaError;
use moving::{Wanted, moving};

/// Of 100; what is usual for pictures of people and places.
const JPEG_QUALITY: u8 = 80;
/// Bytes of a colour profile at most that is carried over. Screens and cameras need a few hundred.
const PROFILE_MAX: usize = 4096;
/// Bytes that decoding a JPEG takes for each pixel at most: three of the picture, six of coefficients
/// where it is progressive.
const JPEG_BYTES_PER_PIXEL: u64 = 9;
/// A picture is averaged down to this multiple of its last size before it is filtered.
const AVERAGE_UNTIL: u32 = 2;

/// A thumbnail.
#[derive(Debug)]
pub(super) struct Picture {
    /// Its bytes; `None` where the file is its own thumbnail.
    pub(super) made: Option<Vec<u8>>,
    /// What it is.
    pub(super) content_type: &'static str,
    /// Its width and height in pixels.
    pub(super) dimensions: (u32, u32),
}

/// A file whose header was read.
struct Source {
    decoder: Box<dyn ImageDecoder + Send>,
    content_type: &'static str,
    may_move: bool,
    memory: u64,
}

/// The picture of `source` for `size`. A moving picture stays one where it is welcome (`animated`) and not beyond what
/// is made to move here; else its first frame is shown.
pub(super) fn picture(
    source: Bytes,
    size: BoxSize,
    animated: bool,
    memory_max: u64,
) -> Result<Picture, MediaError> {
    let bytes = source.clone();
    let mut source = open(source, memory_max)?;
    let orientation = source.decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let lying = source.decoder.dimensions();
    let standing = if turns(orientation) { (lying.1, lying.0) } else { lying };
    if size.holds(standing) && (animated || !source.may_move) {
        let content_type = source.content_type;
        return Ok(Picture { made: None, content_type, dimensions: standing });
    }
    if source.memory > memory_max {
        return Err(MediaError::PictureTooLarge);
    }
    // Turned last, when it is small.
    let fit = size.fit(standing);
    let lay = |(width, height)| if turns(orientation) { (height, width) } else { (width, height) };
    let fit = Fit { scaled: lay(fit.scaled), cut: lay(fit.cut) };
    if animated && source.may_move {
        let wanted = Wanted { lying, fit, orientation };
        if let Some(moving) = moving(&bytes, wanted, memory_max) {
            return Ok(moving);
        }
    }
    let profile = source.decoder.icc_profile().ok().flatten().filter(|profile| is_for_screens(profile));
    let decoded = DynamicImage::from_decoder(source.decoder).map_err(|error| fault(&error))?;
    let mut small = shrink(decoded, fit);
    small.apply_orientation(orientation);
    encode(&small, profile).map_err(|error| fault(&error))
}

/// Whether `source` is of a kind that moves. Reads no more than its header.
pub(super) fn may_move(source: &Bytes, memory_max: u64) -> bool {
    open(source.clone(), memory_max).is_ok_and(|source| source.may_move)
}

fn open(source: Bytes, memory_max: u64) -> Result<Source, MediaError> {
    let format = image::guess_format(&source).map_err(|_| MediaError::NoPicture)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory_max);
    let bytes = Cursor::new(source);
    let opened = match format {
        ImageFormat::Png => PngDecoder::with_limits(bytes, limits.clone()).and_then(|decoder| {
            let may_move = decoder.is_apng()?;
            Ok((Box::new(decoder) as Box<dyn ImageDecoder + Send>, "image/png", may_move))
        }),
        ImageFormat::Jpeg => {
            JpegDecoder::new(bytes).map(|decoder| (Box::new(decoder) as _, "image/jpeg", false))
        }
        ImageFormat::Gif => GifDecoder::new(bytes).map(|decoder| (Box::new(decoder) as _, "image/gif", true)),
        ImageFormat::WebP => WebPDecoder::new(bytes).map(|decoder| {
            let may_move = decoder.has_animation();
            (Box::new(decoder) as _, "image/webp", may_move)
        }),
        _ => return Err(MediaError::NoPicture),
    };
    let (mut decoder, content_type, may_move) = opened.map_err(|error| fault(&error))?;
    decoder.set_limits(limits).map_err(|error| fault(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(MediaError::NoPicture);
    }
    let memory = match format {
        ImageFormat::Jpeg => pixels.saturating_mul(JPEG_BYTES_PER_PIXEL),
        // The picture, and what the decoder works on.
        _ => decoder.total_bytes().saturating_mul(2),
    };
    Ok(Source { decoder, content_type, may_move, memory })
}

/// Why a picture could not be decoded or encoded, as far as the client is concerned.
fn fault(error: &ImageError) -> MediaError {
    match error {
        ImageError::Limits(_) => MediaError::PictureTooLarge,
        _ => MediaError::NoPicture,
    }
}

/// Whether an orientation swaps width and height.
fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Averages most of the way, which is fast, and filters the rest, which is sharp.
fn shrink(picture: DynamicImage, fit: Fit) -> DynamicImage {
    let (width, height) = fit.scaled;
    let mut small = picture;
    let near = (width.saturating_mul(AVERAGE_UNTIL), height.saturating_mul(AVERAGE_UNTIL));
    if small.width() > near.0 && small.height() > near.1 {
        small = small.thumbnail_exact(near.0, near.1);
    }
    if (small.width(), small.height()) != fit.scaled {
        small = small.resize_exact(width, height, FilterType::CatmullRom);
    }
    if fit.cut == fit.scaled {
        return small;
    }
    small.crop_imm((width - fit.cut.0) / 2, (height - fit.cut.1) / 2, fit.cut.0, fit.cut.1)
}

/// PNG where something shines through, else JPEG.
fn encode(picture: &DynamicImage, profile: Option<Vec<u8>>) -> Result<Picture, ImageError> {
    let (mut bytes, dimensions) = (Vec::new(), (picture.width(), picture.height()));
    if picture.color().has_alpha() {
        let picture = picture.to_rgba8();
        if shines_through(&picture) {
            let mut encoder =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
            carry(&mut encoder, profile);
            picture.write_with_encoder(encoder)?;
            return Ok(Picture { made: Some(bytes), content_type: "image/png", dimensions });
        }
    }
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    carry(&mut encoder, profile);
    picture.to_rgb8().write_with_encoder(encoder)?;
    Ok(Picture { made: Some(bytes), content_type: "image/jpeg", dimensions })
}

fn shines_through(picture: &RgbaImage) -> bool {
    picture.pixels().any(|pixel| pixel.0[3] != u8::MAX)
}

/// Whether a colour profile is small and for red, green and blue (its bytes 16 to 19 say so).
fn is_for_screens(profile: &[u8]) -> bool {
    profile.len() <= PROFILE_MAX && profile.get(16..20) == Some(b"RGB ")
}

/// Colours without their profile would be others; an encoder that knows none leaves it out.
fn carry(encoder: &mut impl ImageEncoder, profile: Option<Vec<u8>>) {
    if let Some(profile) = profile {
        let _ = encoder.set_icc_profile(profile);
    }
}

#[cfg(test)]
mod tests;
