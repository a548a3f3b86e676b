//! Pages of every kind, also hostile ones.

use std::time::{Duration, Instant};

use super::*;

fn told(html: &str) -> String {
    let url = Url::parse("https://example.org/a/b.html?c#d").unwrap();
    let page = Page::read(html);
    let mut told = page.properties(&url);
    told.extend(page.picture(&url).map(|picture| ("picture".to_owned(), picture.as_str().into())));
    Value::Object(told).to_string()
}

#[test]
fn open_graph_comes_before_cards_and_those_before_the_page() {
    let rest = "<title>Title</title><meta name=description content=Described>";
    let cards = "<meta name='twitter:title' content='Card'><meta name='twitter:image' content='/card.png'>";
    let graph = "<meta property='og:title' content='Graph'><META PROPERTY='OG:IMAGE' CONTENT='c.png'>";
    assert_eq!(told(rest), r#"{"og:description":"Described","og:title":"Title"}"#);
    assert_eq!(
        told(&format!("{rest}{cards}")),
        r#"{"og:description":"Described","og:title":"Card","picture":"https://example.org/card.png"}"#
    );
    assert_eq!(
        told(&format!("{rest}{cards}{graph}<meta property=og:title content=Second>")),
        r#"{"og:description":"Described","og:title":"Graph","picture":"https://example.org/a/c.png"}"#
    );
}

#[test]
fn a_page_without_properties_is_described_by_its_text() {
    let long = "A paragraph that is long enough to say what this page is about, and more.";
    let html = format!(
        "<svg><title>Logo</title></svg><style>p {{ <p>{long}style</p> }}</style><script>'<p>{long}js</p>'</script>
         <nav><p>{long} menu<nav></nav><p>{long} menu</nav><h1>Head &amp; <b>line</b></h1><p>Short.<p>{long}</p>"
    );
    assert_eq!(told(&html), format!(r#"{{"og:description":"{long}","og:title":"Head & line"}}"#));
    assert_eq!(told("no html at all"), "{}");
}

#[test]
fn entities_are_read_and_places_are_resolved() {
    let html = "<base href='/base/'><title>&lt;b&gt; &eacute;&#x1F600; &amp;amp;</title>
                <link rel=image_src href='p.png?a=1&amp;b=2'><meta property=og:url content='//other.example/x'>
                <meta property=og:site_name content='\u{202e}evil'><meta property=og:type content=article>";
    assert_eq!(
        told(html),
        concat!(
            r#"{"og:site_name":"evil","og:title":"<b> é😀 &amp;","og:type":"article","og:url":"https://other.example/x","#,
            r#""picture":"https://example.org/base/p.png?a=1&b=2"}"#
        )
    );
    for place in ["javascript:alert(1)", "data:image/png;base64,AAAA", "file:///etc/passwd", "http://"] {
        let html =
            format!("<meta property=og:image content='{place}'><meta property=og:url content='{place}'>");
        assert_eq!(told(&html), "{}", "{place}");
    }
}

#[test]
fn hostile_pages_cost_little() {
    let pages = [
        "<div>".repeat(200_000),
        "<nav>".repeat(200_000),
        "<title>".repeat(100_000),
        format!("<meta {}>", "a=b ".repeat(200_000)),
        format!("<meta {}>", (0..100_000).map(|number| format!("a{number} ")).collect::<String>()),
        format!("<p>{}", "&amp;".repeat(200_000)),
        format!("<title>{}", "<".repeat(1_000_000)),
        format!("<script>{}", "</scrip".repeat(150_000)),
        format!("<!--{}", "-".repeat(1_000_000)),
        "<![CDATA[".repeat(100_000),
        "<p>&".repeat(250_000),
        "\0".repeat(1_000_000),
    ];
    for page in pages {
        let before = Instant::now();
        let told = told(&page);
        assert!(told.len() < 10_000);
        assert!(before.elapsed() < Duration::from_secs(20), "{:.40}", page);
    }
}
