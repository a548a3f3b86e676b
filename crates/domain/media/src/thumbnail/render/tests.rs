//! Pictures of every format, of every orientation, and files that only claim to be pictures.

use image::codecs::gif::GifEncoder;
use image::{Frame, Rgb, RgbImage, Rgba};

use super::super::box_size::Method;
use super::*;

const MEMORY_MAX: u64 = 64 * 1024 * 1024;

fn size(method: Method, width: u32, height: u32) -> BoxSize {
    BoxSize::for_request(method, width, height)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Bytes {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes.into()
}

/// Red on the left, blue on the right.
fn flag(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) };
    RgbImage::from_fn(width, height, |x, _| colour(x)).into()
}

fn made(source: Bytes, size: BoxSize) -> (DynamicImage, &'static str) {
    let Picture { made, content_type, dimensions } = picture(source, size, false, MEMORY_MAX).unwrap();
    let made = image::load_from_memory(&made.expect("the original is its own thumbnail")).unwrap();
    assert_eq!((made.width(), made.height()), dimensions);
    (made, content_type)
}

fn is_original(source: Bytes, size: BoxSize, animated: bool) -> bool {
    picture(source, size, animated, MEMORY_MAX).unwrap().made.is_none()
}

#[test]
fn every_format_is_scaled_and_cropped() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let source = encoded(&flag(400, 200), format);
        let (scaled, content_type) = made(source.clone(), size(Method::Scale, 300, 200));
        assert_eq!((scaled.width(), scaled.height(), content_type), (320, 160, "image/jpeg"), "{format:?}");
        let (cropped, _) = made(source, size(Method::Crop, 96, 96));
        assert_eq!((cropped.width(), cropped.height()), (96, 96), "{format:?}");
        // The middle is cut out: red to the left, blue to the right.
        let cropped = cropped.to_rgb8();
        assert!(cropped.get_pixel(10, 48).0[0] > 200 && cropped.get_pixel(85, 48).0[2] > 200, "{format:?}");
    }
}

#[test]
fn what_shines_through_stays_so() {
    let picture = RgbaImage::from_fn(400, 200, |x, _| Rgba([0, 255, 0, if x < 200 { 0 } else { 255 }]));
    let (scaled, content_type) = made(encoded(&picture.into(), ImageFormat::Png), size(Method::Crop, 32, 32));
    assert_eq!(content_type, "image/png");
    let scaled = scaled.to_rgba8();
    assert_eq!((scaled.get_pixel(2, 16).0[3], scaled.get_pixel(29, 16).0[3]), (0, 255));
}

/// A JPEG whose EXIF says how it was held: an APP1 segment after the first two bytes.
fn held(orientation: u8) -> Bytes {
    let jpeg = encoded(&flag(400, 200), ImageFormat::Jpeg);
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat().into()
}

#[test]
fn a_photo_is_shown_as_it_was_held() {
    // Where red is, as width and height of the thumbnail, and a red point.
    let cases = [
        (1, (320, 160), (10, 80)),
        (2, (320, 160), (310, 80)),
        (3, (320, 160), (310, 80)),
        (6, (120, 240), (60, 10)),
        (8, (120, 240), (60, 230)),
    ];
    for (orientation, dimensions, (x, y)) in cases {
        let (scaled, _) = made(held(orientation), size(Method::Scale, 320, 240));
        assert_eq!((scaled.width(), scaled.height()), dimensions, "{orientation}");
        let pixel = *scaled.to_rgb8().get_pixel(x, y);
        assert!(pixel.0[0] > 200 && pixel.0[2] < 50, "{orientation}: {pixel:?}");
    }
}

#[test]
fn small_pictures_are_their_own_thumbnails_unless_they_move() {
    let small = encoded(&flag(20, 10), ImageFormat::Png);
    assert!(is_original(small, size(Method::Crop, 32, 32), false));
    let large = encoded(&flag(2000, 10), ImageFormat::Png);
    assert!(is_original(large, size(Method::Scale, 1700, 5), false));

    let mut moving = Vec::new();
    let mut encoder = GifEncoder::new(&mut moving);
    for _ in 0..2 {
        encoder.encode_frame(Frame::new(flag(20, 10).to_rgba8())).unwrap();
    }
    drop(encoder);
    let moving = Bytes::from(moving);
    assert!(is_original(moving.clone(), size(Method::Crop, 32, 32), true));
    let (first, _) = made(moving.clone(), size(Method::Crop, 32, 32));
    assert_eq!((first.width(), first.height()), (20, 10));
    let (first, _) = made(moving, size(Method::Scale, 5000, 5000));
    assert_eq!((first.width(), first.height()), (20, 10));
}

#[test]
fn what_is_no_picture_makes_none() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let mut cut = encoded(&flag(400, 200), ImageFormat::Png).to_vec();
    cut.truncate(60);
    let cases: [Vec<u8>; 6] =
        [vec![], svg.into(), b"\x89PNG\r\n\x1a\n".to_vec(), cut, b"GIF89a".to_vec(), vec![0xff, 0xd8, 0xff]];
    for source in cases {
        let outcome = picture(source.clone().into(), size(Method::Crop, 96, 96), false, MEMORY_MAX);
        assert!(matches!(outcome, Err(MediaError::NoPicture)), "{source:?}: {outcome:?}");
    }
}

/// A PNG of `width` x `height` whose few bytes unpack to far more.
fn bomb(width: u32, height: u32) -> Bytes {
    let mut png = encoded(&flag(400, 200), ImageFormat::Png).to_vec();
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png.into()
}

/// The checksum of PNG chunks.
fn crc(bytes: &[u8]) -> u32 {
    let step = |value: u32, byte: &u8| {
        (0..8).fold(value ^ u32::from(*byte), |value, _| {
            if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn bombs_are_weighed_and_not_opened() {
    for (width, height) in
        [(50_000, 50_000), (2_000_000_000, 1), (20_000, 20_000), (i32::MAX as u32, i32::MAX as u32)]
    {
        let outcome = picture(bomb(width, height), size(Method::Crop, 96, 96), false, MEMORY_MAX);
        assert!(matches!(outcome, Err(MediaError::PictureTooLarge)), "{width}x{height}: {outcome:?}");
    }
    // Within the limit, but without the pixels it promises.
    let outcome = picture(bomb(2000, 2000), size(Method::Crop, 96, 96), false, MEMORY_MAX);
    assert!(matches!(outcome, Err(MediaError::NoPicture)), "{outcome:?}");
}
