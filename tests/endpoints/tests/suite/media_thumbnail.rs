//! Thumbnails over HTTP.

use std::io::Cursor;

use herold_endpoint_tests::{Client, THUMBNAIL, TestServer, on_both_engines};
use image::{DynamicImage, ImageFormat, RgbImage};

fn photo(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 99]));
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

async fn dimensions(client: &Client, path: &str, query: &str) -> (u32, u32) {
    let response = client.download(&format!("{THUMBNAIL}{path}?{query}")).await;
    assert_eq!(response.status(), 200, "{query}");
    let content_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(disposition.starts_with("inline; filename=thumbnail."), "{disposition}");
    let bytes = response.bytes().await.unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap().to_mime_type(), content_type);
    let picture = image::load_from_memory(&bytes).unwrap();
    (picture.width(), picture.height())
}

async fn sizes_are_rounded_up_and_nothing_grows(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        // What the uploader says it is does not matter.
        let path = alice.upload("text/html", photo(500, 400, format)).await;
        for (query, wanted) in [
            ("width=30&height=30&method=crop", (32, 32)),
            ("width=64&height=64&method=crop&animated=true", (96, 96)),
            ("width=100&height=100", (300, 240)),
            ("width=100&height=100&method=scale&timeout_ms=1", (300, 240)),
            ("width=600&height=600&method=scale", (500, 400)),
            ("width=9000&height=9000&method=crop", (500, 400)),
            ("width=99999999999&height=1", (500, 400)),
        ] {
            assert_eq!(dimensions(&alice, &path, query).await, wanted, "{format:?} {query}");
        }
    }
    server
}

async fn what_cannot_be_made_is_said(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let text = alice.upload("image/png", "no picture").await;
    let svg = alice.upload("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>").await;
    for path in [text, svg] {
        let path = format!("{THUMBNAIL}{path}?width=32&height=32");
        alice.get(&path).await.error(400, "M_UNKNOWN");
    }
    let photo = alice.upload("image/png", photo(50, 40, ImageFormat::Png)).await;
    for (query, errcode) in [
        ("", "M_MISSING_PARAM"),
        ("width=32", "M_MISSING_PARAM"),
        ("width=0&height=32", "M_INVALID_PARAM"),
        ("width=-1&height=32", "M_INVALID_PARAM"),
        ("width=a&height=32", "M_INVALID_PARAM"),
        ("width=1.5&height=32", "M_INVALID_PARAM"),
        ("width=32&height=32&method=stretch", "M_INVALID_PARAM"),
        ("width=32&height=32&animated=perhaps", "M_INVALID_PARAM"),
    ] {
        alice.get(&format!("{THUMBNAIL}{photo}?{query}")).await.error(400, errcode);
    }
    server
}

async fn a_bomb_is_not_opened(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    // A GIF of 65,535 x 65,535 pixels in a few bytes: 17 GB of colours.
    let mut bomb = photo(10, 10, ImageFormat::Gif);
    bomb[6..10].fill(0xff);
    let path = alice.upload("image/gif", bomb).await;
    let asking = (0..20).map(|_| {
        let (alice, path) = (alice.clone(), format!("{THUMBNAIL}{path}?width=32&height=32"));
        tokio::spawn(async move { alice.get(&path).await.error(413, "M_TOO_LARGE") })
    });
    for answer in asking.collect::<Vec<_>>() {
        answer.await.unwrap();
    }
    server
}

async fn a_thumbnail_asked_for_at_once_is_the_same_for_all(server: TestServer) -> TestServer {
    let alice = server.register("alice").await;
    let path = alice.upload("image/png", photo(500, 400, ImageFormat::Png)).await;
    let asking = (0..20).map(|_| {
        let (alice, path) = (alice.clone(), format!("{THUMBNAIL}{path}?width=96&height=96&method=crop"));
        tokio::spawn(async move { alice.download(&path).await.headers()["etag"].clone() })
    });
    let mut etags = Vec::new();
    for answer in asking.collect::<Vec<_>>() {
        etags.push(answer.await.unwrap());
    }
    assert!(etags.iter().all(|etag| *etag == etags[0]));
    server
}

on_both_engines!(
    sizes_are_rounded_up_and_nothing_grows,
    what_cannot_be_made_is_said,
    a_bomb_is_not_opened,
    a_thumbnail_asked_for_at_once_is_the_same_for_all,
);
