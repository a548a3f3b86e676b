//! What the pages have in common that are no app: how they look, and how their places are filled.

/// Nothing from elsewhere, no scripts, no frames; the one style sheet is in the page.
pub(crate) const STRICT: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                                 form-action 'none'; frame-ancestors 'none'";
/// The same for a page with a form that is sent to itself.
pub(crate) const STRICT_WITH_FORM: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                                           form-action 'self'; frame-ancestors 'none'";
const STYLE: &str = include_str!("page/style.css");
const MARK: &str = include_str!("page/mark.svg");

/// `page` with its texts, by their places in double braces, and the look of all pages.
pub(crate) fn filled(page: &str, texts: &[(&str, &str)]) -> String {
    let page = page.replace("{{style}}", STYLE).replace("{{mark}}", MARK);
    texts.iter().fold(page, |page, (place, text)| page.replace(&format!("{{{{{place}}}}}"), text))
}

/// `text` as it is written into a page.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
