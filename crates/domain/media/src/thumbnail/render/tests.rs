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

/// A GIF of `count` frames, each of another shade of red.
fn gif(width: u32, height: u32, count: u32) -> Bytes {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    encoder.set_repeat(image::codecs::gif::Repeat::Infinite).unwrap();
    for number in 0..count {
        let shade = 255 - (number * 40 % 256) as u8;
        let frame = RgbaImage::from_pixel(width, height, Rgba([shade, 0, 0, 255]));
        let delay = image::Delay::from_numer_denom_ms(70, 1);
        encoder.encode_frame(Frame::from_parts(frame, 0, 0, delay)).unwrap();
    }
    drop(encoder);
    bytes.into()
}

/// The frames of a GIF: width, height, the first byte of the first pixel, and the delay.
fn frames_of(bytes: &[u8]) -> Vec<(u32, u32, u8, u32)> {
    use image::AnimationDecoder;
    let frames = image::codecs::gif::GifDecoder::new(Cursor::new(bytes)).unwrap().into_frames();
    let frame = |frame: Frame| {
        let delay = frame.delay().numer_denom_ms();
        let picture = frame.into_buffer();
        (picture.width(), picture.height(), picture.get_pixel(0, 0).0[0], delay.0 / delay.1)
    };
    frames.map(|decoded| frame(decoded.unwrap())).collect()
}

fn moved(source: Bytes, size: BoxSize) -> Picture {
    picture(source, size, true, MEMORY_MAX).unwrap()
}

#[test]
fn a_moving_picture_keeps_moving_where_that_is_welcome() {
    let source = gif(400, 200, 5);
    let made = moved(source.clone(), size(Method::Scale, 320, 240));
    assert_eq!((made.content_type, made.dimensions), ("image/gif", (320, 160)));
    let frames = frames_of(&made.made.unwrap());
    let shades: Vec<u8> = frames.iter().map(|frame| frame.2).collect();
    assert_eq!(shades, [255, 215, 175, 135, 95]);
    assert!(frames.iter().all(|frame| (frame.0, frame.1, frame.3) == (320, 160, 70)), "{frames:?}");
    let cut = moved(source.clone(), size(Method::Crop, 32, 32));
    assert_eq!((cut.content_type, cut.dimensions), ("image/gif", (32, 32)));
    let still = picture(source, size(Method::Scale, 320, 240), false, MEMORY_MAX).unwrap();
    assert_eq!(still.content_type, "image/jpeg");
    // One that could move and does not is a picture like all others.
    assert_eq!(moved(gif(400, 200, 1), size(Method::Scale, 320, 240)).content_type, "image/jpeg");
    assert_eq!(
        moved(encoded(&flag(400, 200), ImageFormat::WebP), size(Method::Crop, 32, 32)).content_type,
        "image/jpeg"
    );
}

/// A chunk of a PNG.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let checked = [kind.as_slice(), data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &checked, &crc(&checked).to_be_bytes()].concat()
}

/// An APNG of two frames, made of two PNGs, as large as they are.
fn apng(width: u32, height: u32) -> Bytes {
    let data = |colour: [u8; 3]| {
        let png = encoded(&RgbImage::from_pixel(width, height, Rgb(colour)).into(), ImageFormat::Png);
        let (mut at, mut data) = (8, Vec::new());
        while at < png.len() {
            let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
            if &png[at + 4..at + 8] == b"IDAT" {
                data.extend_from_slice(&png[at + 8..at + 8 + length]);
            }
            at += length + 12;
        }
        (png[..33].to_vec(), data)
    };
    let ((head, first), (_, second)) = (data([255, 0, 0]), data([0, 0, 255]));
    let control = |sequence: u32| {
        let mut control = [sequence, width, height, 0, 0].map(u32::to_be_bytes).concat();
        control.extend([0, 1, 0, 10, 0, 0]);
        chunk(b"fcTL", &control)
    };
    let second = [&2u32.to_be_bytes()[..], &second].concat();
    let animation = chunk(b"acTL", &[2u32, 0].map(u32::to_be_bytes).concat());
    let parts = [head, animation, control(0), chunk(b"IDAT", &first), control(1), chunk(b"fdAT", &second)];
    [parts.concat(), chunk(b"IEND", &[])].concat().into()
}

/// An animated WebP of two frames, made of two still ones.
fn webp(width: u32, height: u32) -> Bytes {
    let part = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let padding = if data.len() % 2 == 1 { &[0][..] } else { &[] };
        [name, &length[..], data, padding].concat()
    };
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let size = [three(width - 1), three(height - 1)].concat();
    let frame = |colour: [u8; 3]| {
        let still = encoded(&RgbImage::from_pixel(width, height, Rgb(colour)).into(), ImageFormat::WebP);
        // Behind the 12 bytes of RIFF stands the picture itself.
        part(b"ANMF", &[three(0), three(0), size.clone(), three(100), vec![0], still[12..].to_vec()].concat())
    };
    let parts = [
        part(b"VP8X", &[&[0b10, 0, 0, 0][..], &size].concat()),
        part(b"ANIM", &[0; 6]),
        frame([255, 0, 0]),
        frame([0, 0, 255]),
    ];
    part(b"RIFF", &[b"WEBP".to_vec(), parts.concat()].concat()).into()
}

#[test]
fn every_format_that_moves_does() {
    for source in [apng(400, 200), webp(400, 200)] {
        let made = moved(source.clone(), size(Method::Scale, 320, 240));
        assert_eq!((made.content_type, made.dimensions), ("image/gif", (320, 160)));
        let frames = frames_of(&made.made.unwrap());
        assert!(matches!(frames[..], [(320, 160, 230.., 100), (320, 160, ..25, 100)]), "{frames:?}");
        let still = picture(source, size(Method::Scale, 320, 240), false, MEMORY_MAX).unwrap();
        assert_eq!(still.content_type, "image/jpeg");
    }
}

#[test]
fn what_is_beyond_all_bounds_stands_still() {
    let crop = size(Method::Crop, 32, 32);
    // Many frames of a picture that has to be made smaller.
    let many = gif(40, 40, 400);
    assert_eq!(moved(many, crop).content_type, "image/jpeg");
    // Few bytes that unpack to many pixels: of 16 megapixels each, or of large pictures.
    let frames = |lying, cut| {
        let fit = Fit { scaled: cut, cut };
        let wanted = Wanted { lying, fit, orientation: Orientation::NoTransforms };
        let mut work = moving::Work::begin();
        (0..1_000).take_while(|_| work.add(wanted).is_some()).count()
    };
    assert_eq!(frames((4_000, 4_000), (32, 32)), 2);
    assert_eq!(frames((1_600, 1_200), (800, 600)), 20);
    assert_eq!(frames((800, 600), (800, 600)), 20);
    assert_eq!(frames((40, 40), (32, 32)), 300);
    // A frame of one pixel on a canvas that fits into no memory.
    let mut canvas = gif(1, 1, 2).to_vec();
    canvas[6..10].fill(0xff);
    assert!(matches!(picture(canvas.into(), crop, true, MEMORY_MAX), Err(MediaError::PictureTooLarge)));
}

#[test]
fn a_moving_picture_that_breaks_off_moves_as_far_as_it_goes() {
    let whole = gif(400, 200, 6);
    let made = moved(whole.slice(..whole.len() * 2 / 3), size(Method::Crop, 96, 96));
    assert_eq!(made.content_type, "image/gif");
    let frames = frames_of(&made.made.unwrap()).len();
    assert!((2..6).contains(&frames), "{frames}");
}
