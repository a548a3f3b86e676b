//! The closed set of sizes, and what a picture becomes in one of them. Pure arithmetic.

use herold_storage::media::ThumbnailKey;

/// How a picture is fitted into a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Fills the box, what hangs over is cut off.
    Crop,
    /// Fits into the box whole.
    Scale,
}

/// A box that thumbnails are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BoxSize {
    method: Method,
    width: u32,
    height: u32,
}

const fn crop(width: u32, height: u32) -> BoxSize {
    BoxSize { method: Method::Crop, width, height }
}

const fn scale(width: u32, height: u32) -> BoxSize {
    BoxSize { method: Method::Scale, width, height }
}

/// Those that the specification recommends, and larger ones for dense screens.
const BOXES: &[BoxSize] = &[
    crop(32, 32),
    crop(96, 96),
    crop(320, 320),
    crop(640, 640),
    crop(320, 240),
    crop(640, 480),
    crop(800, 600),
    scale(320, 240),
    scale(640, 480),
    scale(800, 600),
    scale(1600, 1200),
];

/// How a picture becomes a thumbnail: it is first scaled, then its middle is cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// Width and height after scaling.
    pub(super) scaled: (u32, u32),
    /// Width and height of the middle; never more than `scaled`.
    pub(super) cut: (u32, u32),
}

impl BoxSize {
    /// No box: the picture as large as it is.
    const NONE: BoxSize = scale(0, 0);

    /// The smallest box of the set that is at least as large as what was asked for, for `Crop` among
    /// those that come nearest to its proportions. What is larger than all boxes gets none.
    pub(crate) fn for_request(method: Method, width: u32, height: u32) -> Self {
        let fits = |size: &&Self| size.method == method && size.width >= width && size.height >= height;
        let skew = |size: &Self| match method {
            Method::Crop => skew((size.width, size.height), (width, height)),
            Method::Scale => 0,
        };
        let area = |size: &Self| u64::from(size.width) * u64::from(size.height);
        BOXES.iter().filter(fits).min_by_key(|size| (skew(size), area(size))).copied().unwrap_or(Self::NONE)
    }

    /// The row of this picture of a blob.
    pub(super) fn key(self, blob_number: i64, animated: bool) -> ThumbnailKey {
        let method = match self.method {
            Method::Crop => "crop",
            Method::Scale => "scale",
        };
        let (width, height) = (i64::from(self.width), i64::from(self.height));
        ThumbnailKey { blob_number, method, width, height, animated }
    }

    /// Whether a picture of this size needs no thumbnail here, because it would have to grow.
    pub(super) fn holds(self, (width, height): (u32, u32)) -> bool {
        self == Self::NONE || (width <= self.width && height <= self.height)
    }

    /// What a picture of this size becomes. It never grows.
    pub(super) fn fit(self, picture: (u32, u32)) -> Fit {
        if self.holds(picture) {
            return Fit { scaled: picture, cut: picture };
        }
        let ratios = (ratio(self.width, picture.0), ratio(self.height, picture.1));
        let by = |factor: f64| (times(picture.0, factor), times(picture.1, factor));
        match self.method {
            Method::Scale => {
                let scaled = by(ratios.0.min(ratios.1));
                Fit { scaled, cut: scaled }
            }
            Method::Crop => {
                let shrink = 1.0 / ratios.0.max(ratios.1).max(1.0);
                let scaled = by(ratios.0.max(ratios.1).min(1.0));
                let cut = (times(self.width, shrink), times(self.height, shrink));
                Fit { scaled, cut: (cut.0.min(scaled.0), cut.1.min(scaled.1)) }
            }
        }
    }
}

/// How far the proportions of `a` and `b` are apart, in thousandths of the larger.
fn skew(a: (u32, u32), b: (u32, u32)) -> u64 {
    let (left, right) = (u64::from(a.0) * u64::from(b.1), u64::from(a.1) * u64::from(b.0));
    left.abs_diff(right) * 1000 / left.max(right).max(1)
}

fn ratio(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

/// At least one pixel.
fn times(pixels: u32, factor: f64) -> u32 {
    (f64::from(pixels) * factor).round().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(size: BoxSize, picture: (u32, u32)) -> ((u32, u32), (u32, u32)) {
        let fit = size.fit(picture);
        (fit.scaled, fit.cut)
    }

    #[test]
    fn requests_are_rounded_up_into_the_set() {
        assert_eq!(BoxSize::for_request(Method::Crop, 1, 1), crop(32, 32));
        assert_eq!(BoxSize::for_request(Method::Crop, 33, 33), crop(96, 96));
        assert_eq!(BoxSize::for_request(Method::Crop, 97, 97), crop(320, 320));
        assert_eq!(BoxSize::for_request(Method::Crop, 160, 120), crop(320, 240));
        assert_eq!(BoxSize::for_request(Method::Scale, 320, 240), scale(320, 240));
        assert_eq!(BoxSize::for_request(Method::Scale, 321, 10), scale(640, 480));
        assert_eq!(BoxSize::for_request(Method::Scale, 1601, 10), BoxSize::NONE);
        assert_eq!(BoxSize::for_request(Method::Crop, u32::MAX, u32::MAX), BoxSize::NONE);
    }

    #[test]
    fn scaling_keeps_the_proportions_and_fits() {
        assert_eq!(fit(scale(320, 240), (4000, 3000)), ((320, 240), (320, 240)));
        assert_eq!(fit(scale(320, 240), (3000, 4000)), ((180, 240), (180, 240)));
        assert_eq!(fit(scale(320, 240), (60_000, 2)), ((320, 1), (320, 1)));
    }

    #[test]
    fn cropping_fills_the_box() {
        assert_eq!(fit(crop(96, 96), (4000, 3000)), ((128, 96), (96, 96)));
        assert_eq!(fit(crop(96, 96), (3000, 4000)), ((96, 128), (96, 96)));
    }

    #[test]
    fn nothing_ever_grows() {
        for size in BOXES.iter().chain([&BoxSize::NONE]) {
            for picture in [(1, 1), (50, 500), (500, 50), (97, 95), (1, 60_000), (60_000, 1), (1601, 1201)] {
                let Fit { scaled, cut } = size.fit(picture);
                assert!(scaled.0 <= picture.0 && scaled.1 <= picture.1, "{size:?} {picture:?}");
                assert!(cut.0 <= scaled.0 && cut.1 <= scaled.1, "{size:?} {picture:?}");
                assert!(cut.0 >= 1 && cut.1 >= 1, "{size:?} {picture:?}");
            }
        }
        assert_eq!(fit(crop(96, 96), (50, 500)), ((50, 500), (50, 50)));
        assert_eq!(fit(scale(320, 240), (320, 240)), ((320, 240), (320, 240)));
    }
}
