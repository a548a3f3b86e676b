//! Which types are shown, and names that try to be more than names.

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn written(content_type: Option<&str>, name: &str) -> String {
    of_file(content_type, Some(name.to_owned())).to_string()
}

#[test]
fn only_harmless_types_are_shown() {
    let shown = |content_type| of_file(Some(content_type), None).to_string() == "inline";
    for harmless in ["image/png", "IMAGE/PNG", "text/plain; charset=utf-8", "video/mp4 ;x", "audio/ogg"] {
        assert!(shown(harmless), "{harmless}");
    }
    for harmful in
        ["text/html", "image/svg+xml", "image/png, text/html", "application/pdf", "", "x image/png"]
    {
        assert!(!shown(harmful), "{harmful}");
    }
    assert_eq!(of_file(None, Some(String::new())).to_string(), "attachment");
}

#[test]
fn names_are_written_as_browsers_read_them() {
    assert_eq!(written(None, "plan.pdf"), "attachment; filename=plan.pdf");
    assert_eq!(written(Some("image/png"), "a b;c.png"), "inline; filename=\"a b;c.png\"");
    assert_eq!(written(None, "say \"hi\"\\.txt"), "attachment; filename=\"say \\\"hi\\\"\\\\.txt\"");
    assert_eq!(written(None, "Müller.txt"), "attachment; filename*=utf-8''M%C3%BCller.txt");
}

proptest! {
    #[test]
    fn a_name_is_always_one_header_and_reads_back(name in any::<String>()) {
        let text = written(Some("image/png"), &name);
        prop_assert!(HeaderValue::from_str(&text).is_ok(), "{}", text);
        prop_assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        let read: ContentDisposition = text.parse().unwrap();
        prop_assert_eq!(read.disposition_type, ContentDispositionType::Inline);
        if !name.chars().any(char::is_control) {
            prop_assert_eq!(read.filename, (!name.is_empty()).then_some(name));
        }
    }
}
