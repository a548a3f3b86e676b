//! Moving pictures made smaller: a GIF, which every browser shows. The work is bounded in frames, pixels, memory and
//! time, for a small file may promise any number of frames of any size; what is beyond stands still.

use std::io::Cursor;
use std::time::{Duration, Instant};

use bytes::Bytes;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::{LoopCount, Orientation};
use image::{AnimationDecoder, DynamicImage, Frame, Frames, ImageDecoder, ImageFormat, ImageResult, Limits};

use super::{Picture, shrink};
use crate::thumbnail::box_size::Fit;

/// Frames of a moving thumbnail at most.
const FRAMES_MAX: usize = 300;
/// Pixels of all frames that are decoded at most.
const DECODED_PIXELS_MAX: u64 = 40_000_000;
/// Pixels of all frames that are encoded at most.
const ENCODED_PIXELS_MAX: u64 = 10_000_000;
/// How long it may take: all of the above is done within about a second where nothing else is.
const WITHIN: Duration = Duration::from_secs(3);
/// Bytes that decoding takes for each pixel: the canvas, the frame that is drawn, and the frame that is given.
const BYTES_PER_PIXEL: u64 = 12;
/// From 1, the best colours, to 30, the fastest.
const SPEED: i32 = 10;

/// What a moving picture shall become.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Its size before it is turned.
    pub(super) lying: (u32, u32),
    /// What each frame becomes before it is turned.
    pub(super) fit: Fit,
    /// How frames are turned.
    pub(super) orientation: Orientation,
}

/// The moving picture of `source`; `None` where it does not move, or is beyond what is made to move here.
pub(super) fn moving(source: &Bytes, wanted: Wanted, memory_max: u64) -> Option<Picture> {
    let (frames, repeat) = frames(source.clone(), wanted.lying, memory_max).ok()?;
    let mut work = Work::begin();
    let (mut bytes, mut dimensions) = (Vec::new(), (0, 0));
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, SPEED);
    encoder.set_repeat(repeat).ok()?;
    // What breaks off in the middle is shown up to there, as browsers do.
    for frame in frames.map_while(Result::ok) {
        work.add(wanted)?;
        let delay = frame.delay();
        let mut small = shrink(DynamicImage::from(frame.into_buffer()), wanted.fit);
        small.apply_orientation(wanted.orientation);
        dimensions = (small.width(), small.height());
        encoder.encode_frame(Frame::from_parts(small.into_rgba8(), 0, 0, delay)).ok()?;
    }
    drop(encoder);
    (work.frames > 1).then_some(Picture { made: Some(bytes), content_type: "image/gif", dimensions })
}

/// What was done so far.
pub(super) struct Work {
    until: Instant,
    frames: usize,
    decoded: u64,
    encoded: u64,
}

impl Work {
    /// Nothing yet.
    pub(super) fn begin() -> Self {
        Self { until: Instant::now() + WITHIN, frames: 0, decoded: 0, encoded: 0 }
    }

    /// Counts a frame; `None` where it is one too many.
    pub(super) fn add(&mut self, wanted: Wanted) -> Option<()> {
        let pixels = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
        self.frames += 1;
        self.decoded += pixels(wanted.lying);
        self.encoded += pixels(wanted.fit.cut);
        let within = self.frames <= FRAMES_MAX
            && self.decoded <= DECODED_PIXELS_MAX
            && self.encoded <= ENCODED_PIXELS_MAX
            && Instant::now() < self.until;
        within.then_some(())
    }
}

/// The frames of a picture and how often they are shown.
fn frames(
    source: Bytes,
    (width, height): (u32, u32),
    memory_max: u64,
) -> ImageResult<(Frames<'static>, Repeat)> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory_max);
    let memory = (u64::from(width) * u64::from(height)).saturating_mul(BYTES_PER_PIXEL);
    let mut left = limits.clone();
    left.reserve(memory)?;
    let format = image::guess_format(&source)?;
    let bytes = Cursor::new(source);
    Ok(match format {
        ImageFormat::Gif => {
            let mut decoder = GifDecoder::new(bytes)?;
            decoder.set_limits(limits)?;
            told(decoder)
        }
        ImageFormat::WebP => {
            let mut decoder = WebPDecoder::new(bytes)?;
            decoder.set_limits(limits)?;
            told(decoder)
        }
        _ => told(PngDecoder::with_limits(bytes, limits)?.apng()?),
    })
}

fn told(decoder: impl AnimationDecoder<'static>) -> (Frames<'static>, Repeat) {
    let repeat = match decoder.loop_count() {
        LoopCount::Infinite => Repeat::Infinite,
        // GIF counts how often it is shown again.
        LoopCount::Finite(times) => Repeat::Finite(u16::try_from(times.get() - 1).unwrap_or(u16::MAX)),
    };
    (decoder.into_frames(), repeat)
}
