//! The page in its languages; who sees it is tried in tests/endpoints.

use std::collections::BTreeMap;

use herold_accounts::Translation;

use super::*;

#[test]
fn every_place_is_filled_in_every_language() {
    let translation = Translation { name: "A & <b>".to_owned(), url: "https://x/\"".to_owned() };
    let document = Document {
        id: "a".to_owned(),
        version: "1".to_owned(),
        languages: BTreeMap::from([("en".to_owned(), translation)]),
    };
    let asked = Asked { user_id: "@anna:example.org".try_into().unwrap(), user_number: 1, agreed: false };
    for language in Language::ALL {
        let content = asking(&asked, std::slice::from_ref(&document), language);
        let shown = filled(&PAGE.replace("{{content}}", &content), texts::of(language));
        assert!(!shown.contains("{{") && shown.contains("@anna:example.org"), "{language:?}");
        assert!(shown.contains("<a href=\"https://x/&quot;\">A &amp; &lt;b&gt;</a>"), "{shown}");
        assert!(shown.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert_eq!(texts::of(language).len(), texts::of(Language::English).len());
    }
}
