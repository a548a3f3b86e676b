//! From the bytes of a page to text, in the order of the HTML standard: a byte order mark, what HTTP says, what the
//! page says of itself, and what the bytes look like.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use html5gum::{Token, Tokenizer};

/// Bytes in which a page may say how it is encoded.
const DECLARED_WITHIN: usize = 1024;

/// The text of a page. Bytes that are wrong in its encoding become U+FFFD.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let of_header = || content_type.and_then(|text| labelled(text.as_bytes()));
    let encoding = of_header().or_else(|| declared(bytes)).unwrap_or_else(|| likely(bytes));
    // Looks for a byte order mark first.
    encoding.decode(bytes).0
}

/// The encoding behind `charset=`.
fn labelled(text: &[u8]) -> Option<&'static Encoding> {
    const NAME: &[u8] = b"charset";
    let at = text.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let value = text[at + NAME.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (value, ends): (&[u8], &[u8]) = match value.first() {
        Some(quote @ (b'"' | b'\'')) => (&value[1..], std::slice::from_ref(quote)),
        _ => (value, b"; \t"),
    };
    let end = value.iter().position(|byte| ends.contains(byte)).unwrap_or(value.len());
    Encoding::for_label(&value[..end])
}

/// What a `meta` element at the beginning says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED_WITHIN)]);
    let tokens = Tokenizer::new(&*beginning).filter_map(Result::ok);
    let said = tokens.filter_map(|token| match token {
        Token::StartTag(tag) if tag.name.as_slice() == b"meta" => {
            let value = |name: &[u8]| tag.attributes.get(name).map(|value| value.value.as_slice());
            let typed = || value(b"http-equiv")?.eq_ignore_ascii_case(b"content-type").then_some(());
            match value(b"charset") {
                Some(label) => Encoding::for_label(label),
                None => typed().and_then(|()| labelled(value(b"content")?)),
            }
        }
        _ => None,
    });
    // A page that is read as ASCII so far is not UTF-16, whatever it says.
    said.map(|encoding| match encoding {
        encoding if encoding == UTF_16BE || encoding == UTF_16LE => UTF_8,
        encoding if encoding == X_USER_DEFINED => WINDOWS_1252,
        encoding => encoding,
    })
    .next()
}

/// UTF-8 where it can be that (the last letter may be cut off), else what old pages use.
fn likely(bytes: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_some() => WINDOWS_1252,
        _ => UTF_8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_saying_it_is_heard() {
        let table: [(&[u8], Option<&str>, &str); 12] = [
            ("Grüße".as_bytes(), None, "Grüße"),
            (b"Gr\xfc\xdfe", None, "Grüße"),
            (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", Some("text/html; charset=koi8-r"), "Grüße"),
            (b"\xff\xfeG\0r\0", None, "Gr"),
            (b"\xd0\xd2", Some("text/html; charset=\"KOI8-R\""), "пр"),
            (b"\xd0\xd2", Some("text/html;charset = koi8-r; x=y"), "пр"),
            (b"\xd0\xd2", Some("text/html; charset=none-such"), "ÐÒ"),
            (b"<meta charset=shift_jis>\x93\xfa\x96\x7b", None, "<meta charset=shift_jis>日本"),
            (
                b"<META http-equiv=Content-Type content='text/html; charset=gb2312'>\xc4\xe3",
                None,
                "<META http-equiv=Content-Type content='text/html; charset=gb2312'>你",
            ),
            (b"<!-- <meta charset=koi8-r> -->\xfc", None, "<!-- <meta charset=koi8-r> -->ü"),
            (b"<meta charset=utf-16>\xc3\xbc", None, "<meta charset=utf-16>ü"),
            (b"cut off \xc3", None, "cut off \u{fffd}"),
        ];
        for (bytes, content_type, text) in table {
            assert_eq!(decode(bytes, content_type), text, "{content_type:?}");
        }
    }
}
