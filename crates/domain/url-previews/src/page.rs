//! What a page says of itself: OpenGraph first, then Twitter's cards, then what every page has. Read token by token:
//! no tree is built, so nothing that a page nests costs memory or stack.

use std::collections::HashMap;

use herold_outgoing::Url;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use serde_json::{Map, Value};

use crate::text::tidy;

/// Letters of a title at most.
const TITLE_MAX: usize = 200;
/// Letters of a description at most.
const DESCRIPTION_MAX: usize = 500;
/// Letters of everything else at most.
const OTHER_MAX: usize = 100;
/// A paragraph with fewer letters describes nothing.
const PARAGRAPH_MIN: usize = 60;
/// Bytes of text gathered from one element at most.
const GATHERED_MAX: usize = 4096;

/// The names of `meta` elements that are looked at.
const NAMES: &[&str] = &[
    "description",
    "og:description",
    "og:image",
    "og:image:alt",
    "og:image:secure_url",
    "og:image:url",
    "og:locale",
    "og:site_name",
    "og:title",
    "og:type",
    "og:url",
    "twitter:description",
    "twitter:image",
    "twitter:image:alt",
    "twitter:image:src",
    "twitter:title",
];

/// Elements whose text is no text of the page.
const APART: &[&[u8]] = &[b"script", b"style", b"template", b"noscript", b"svg", b"nav", b"footer", b"aside"];

/// What was found on a page, as it stood there.
#[derive(Debug, Default)]
pub(crate) struct Page {
    metas: HashMap<&'static str, String>,
    title: Option<String>,
    heading: Option<String>,
    paragraph: Option<String>,
    linked_image: Option<String>,
    base: Option<String>,
}

/// An element whose text is being gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gathering {
    Title,
    Heading,
    Paragraph,
}

impl Gathering {
    fn of(name: &[u8]) -> Option<Self> {
        match name {
            b"title" => Some(Self::Title),
            b"h1" => Some(Self::Heading),
            b"p" => Some(Self::Paragraph),
            _ => None,
        }
    }
}

impl Page {
    /// Reads a page, or the beginning of one.
    pub(crate) fn read(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        // Scripts and styles are text to their ends.
        emitter.naively_switch_states(true);
        let mut page = Self::default();
        let mut gathering: Option<(Gathering, String)> = None;
        let mut apart: Option<(Vec<u8>, usize)> = None;
        for token in Tokenizer::new_with_emitter(html, emitter).filter_map(Result::ok) {
            match token {
                Token::StartTag(tag) => {
                    page.look_at(&tag);
                    enter(&mut apart, &tag.name);
                    if apart.is_none()
                        && let Some(next) = Gathering::of(&tag.name)
                    {
                        page.gathered(gathering.replace((next, String::new())));
                    }
                }
                Token::EndTag(tag) => {
                    leave(&mut apart, &tag.name);
                    if gathering.as_ref().is_some_and(|(now, _)| Gathering::of(&tag.name) == Some(*now)) {
                        page.gathered(gathering.take());
                    }
                }
                Token::String(text) => {
                    if let (Some((_, so_far)), None) = (&mut gathering, &apart) {
                        let room = GATHERED_MAX.saturating_sub(so_far.len());
                        let text = &text.value[..text.value.len().min(room)];
                        so_far.push_str(&String::from_utf8_lossy(text));
                    }
                }
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
        page.gathered(gathering);
        page
    }

    /// What a start tag says by its attributes.
    fn look_at(&mut self, tag: &StartTag<()>) {
        let value = |name: &[u8]| {
            let value = tag.attributes.get(name)?;
            Some(String::from_utf8_lossy(&value.value).trim().to_owned()).filter(|text| !text.is_empty())
        };
        match tag.name.as_slice() {
            b"meta" => {
                let named =
                    value(b"property").or_else(|| value(b"name")).map(|name| name.to_ascii_lowercase());
                let known = named.and_then(|name| NAMES.iter().find(|known| **known == name));
                if let (Some(name), Some(content)) = (known, value(b"content")) {
                    self.metas.entry(name).or_insert(content);
                }
            }
            b"link" if value(b"rel").is_some_and(|rel| rel.eq_ignore_ascii_case("image_src")) => {
                self.linked_image = self.linked_image.take().or_else(|| value(b"href"));
            }
            b"base" => self.base = self.base.take().or_else(|| value(b"href")),
            _ => {}
        }
    }

    fn gathered(&mut self, gathered: Option<(Gathering, String)>) {
        let Some((kind, text)) = gathered else { return };
        let (place, enough) = match kind {
            Gathering::Title => (&mut self.title, 1),
            Gathering::Heading => (&mut self.heading, 1),
            Gathering::Paragraph => (&mut self.paragraph, PARAGRAPH_MIN),
        };
        if place.is_none() && text.trim().chars().count() >= enough {
            *place = Some(text);
        }
    }

    /// What clients are told, without the picture; the page was found at `url`.
    pub(crate) fn properties(&self, url: &Url) -> Map<String, Value> {
        let meta = |name: &str| self.metas.get(name);
        let title = meta("og:title").or_else(|| meta("twitter:title")).or(self.title.as_ref());
        let description = meta("og:description").or_else(|| meta("twitter:description"));
        let description = description.or_else(|| meta("description")).or(self.paragraph.as_ref());
        let alternative = meta("og:image:alt").or_else(|| meta("twitter:image:alt"));
        let table = [
            ("og:title", title.or(self.heading.as_ref()), TITLE_MAX),
            ("og:description", description, DESCRIPTION_MAX),
            ("og:type", meta("og:type"), OTHER_MAX),
            ("og:site_name", meta("og:site_name"), OTHER_MAX),
            ("og:locale", meta("og:locale"), OTHER_MAX),
            ("og:image:alt", alternative, DESCRIPTION_MAX),
        ];
        let texts = table.into_iter().filter_map(|(name, text, most)| Some((name, tidy(text?, most)?)));
        let own_url =
            meta("og:url").and_then(|own| self.join(url, own)).map(|own| ("og:url", own.to_string()));
        texts.chain(own_url).map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
    }

    /// Where the picture of the page is.
    pub(crate) fn picture(&self, url: &Url) -> Option<Url> {
        let names = ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
        let named = names.iter().find_map(|name| self.metas.get(name));
        self.join(url, named.or(self.linked_image.as_ref())?)
    }

    /// A place that the page names, seen from `url`. Only places on the web.
    fn join(&self, url: &Url, place: &str) -> Option<Url> {
        let base = self.base.as_ref().and_then(|base| url.join(base).ok());
        let joined = base.as_ref().unwrap_or(url).join(place).ok()?;
        let fits =
            matches!(joined.scheme(), "http" | "https") && joined.as_str().len() <= crate::URL_BYTES_MAX;
        fits.then_some(joined)
    }
}

/// Enters an element whose text is apart, or one of the same name inside of it.
fn enter(apart: &mut Option<(Vec<u8>, usize)>, name: &[u8]) {
    match apart {
        Some((outer, depth)) if outer == name => *depth += 1,
        None if APART.contains(&name) => *apart = Some((name.to_vec(), 1)),
        _ => {}
    }
}

fn leave(apart: &mut Option<(Vec<u8>, usize)>, name: &[u8]) {
    if let Some((outer, depth)) = apart
        && outer == name
    {
        *depth -= 1;
        if *depth == 0 {
            *apart = None;
        }
    }
}

#[cfg(test)]
mod tests;
