//! Where copies of one rendering differ: numbers that change all the time, and what one visitor sees of their own.
//!
//! A rendering is cut at these places once. A copy is the rendering with other contents put in there, so nobody waits
//! for a page to be rendered anew because somebody opened another one.

use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::store::{OwnContent, count_views};
use crate::features::articles::{ArticleParts, store};
use crate::features::comments::ThreadPlace;
use crate::features::comments::discussion::{Viewer, read_thread};
use crate::features::comments::store::read_totals;
use crate::features::ratings::form::RatingForm;
use crate::features::statistics::traffic::Traffic;
use crate::pages::PublicPage;
use crate::web::document_head::complete_comments;
use crate::web::site::Site;
use crate::web::visitor::KnownVisitor;
use crate::web::wire::{self, Embed};
use leptos::prelude::*;
use std::ops::Range;

/// A place of a rendering where copies differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The views of the article, for search engines.
    ViewCount,
    /// The views of the article.
    Views,
    /// The stars.
    Rating,
    /// The comments.
    Thread,
    /// One of the four figures.
    Figure(usize),
    /// The script with the data of the page.
    Data,
}

/// What begins and what ends each place, in the order of the page. Texts of people are encoded: they contain none.
const PLACES: [(Place, &str, &str); 9] = [
    (Place::ViewCount, r#""@type":"ViewAction"},"userInteractionCount":"#, "}"),
    (Place::Views, r#"id="so-xem">"#, "<"),
    (Place::Rating, r#"<section id="danh-gia""#, "</section>"),
    (Place::Thread, r#"<div class="thread-page">"#, r#"</div><div data-state="starting""#),
    (Place::Figure(0), r#"id="so-0">"#, "<"),
    (Place::Figure(1), r#"id="so-1">"#, "<"),
    (Place::Figure(2), r#"id="so-2">"#, "<"),
    (Place::Figure(3), r#"id="so-3">"#, "<"),
    (Place::Data, "<script>__RESOLVED_RESOURCES[0] = ", "</script>"),
];
/// Where data for search engines begins. What marks the count in it contains no bracket, and texts of people elsewhere
/// may contain it.
const DATA_FOR_MACHINES: &str = r#"<script type="application/ld+json">"#;
/// What stands around the data of the page in its script.
const DATA: (&str, &str) = (r#"__RESOLVED_RESOURCES[0] = ""#, r#"";"#);

/// A rendering that is cut at its places.
#[derive(Debug, Default)]
pub struct Template {
    text: Box<str>,
    places: Vec<(Place, Range<usize>)>,
}

impl Template {
    /// Finds the places of a rendering.
    pub fn new(html: &str) -> Self {
        let mut places = Vec::new();
        let machines = html.find(DATA_FOR_MACHINES).unwrap_or(html.len());
        let machines = machines..html[machines..].find("</script>").map_or(machines, |length| machines + length);
        let mut at = 0;
        for (place, begin, end) in PLACES {
            let searched = if place == Place::ViewCount { machines.clone() } else { at..html.len() };
            let Some(start) = html[searched.clone()].find(begin).map(|found| searched.start + found) else { continue };
            // of what is replaced whole the beginning is a part
            let start = match place {
                Place::Rating => start,
                Place::Data => start + "<script>".len(),
                _ => start + begin.len(),
            };
            let Some(length) = html[start..].find(end) else { continue };
            let length = if place == Place::Rating { length + end.len() } else { length };
            places.push((place, start..start + length));
            at = start + length;
        }
        Self { text: html.into(), places }
    }

    /// Writes a copy with other contents; where `find` has none, the rendering's own stay.
    pub fn fill(&self, find: impl Fn(Place) -> Option<String>) -> String {
        let mut copy = String::with_capacity(self.text.len() + 256);
        let mut end = 0;
        for (place, range) in &self.places {
            copy.push_str(&self.text[end..range.start]);
            match find(*place) {
                Some(content) => copy.push_str(&content),
                None => copy.push_str(&self.text[range.clone()]),
            }
            end = range.end;
        }
        copy.push_str(&self.text[end..]);
        copy
    }

    /// What the rendering has at a place.
    pub fn content(&self, wanted: Place) -> Option<&str> {
        let (_, range) = self.places.iter().find(|(place, _)| *place == wanted)?;
        self.text.get(range.clone())
    }

    /// Whether the rendering shows a number that changes all the time.
    pub fn has_numbers(&self) -> bool {
        let is_number = |place: &Place| matches!(place, Place::ViewCount | Place::Views | Place::Figure(_));
        self.places.iter().any(|(place, _)| is_number(place))
    }

    /// The size of the rendering, in bytes.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// The data of an article's page.
    fn article(&self) -> Option<(PublicPage, Box<ArticleParts>)> {
        let text = self.content(Place::Data)?.strip_prefix(DATA.0)?.strip_suffix(DATA.1)?;
        let mut page = wire::read_text::<Result<PublicPage, AppError>>(text)?.ok()?;
        let parts = page.article.take()?;
        Some((page, parts))
    }
}

/// The numbers that change all the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    figures: [i64; 4],
    views: Option<i64>,
}

impl Numbers {
    /// Reads the numbers of a page that shows this article, or none.
    pub async fn read(site: &Site, article: Option<i64>) -> Result<Self, AppError> {
        let figures = site.state::<Traffic>().figures().labelled().map(|(_, figure)| figure);
        let views = match article {
            Some(id) => Some(count_views(&site.pool, id).await?),
            None => None,
        };
        Ok(Self { figures, views })
    }

    /// What is shown at a place, where it is one of these numbers.
    pub fn find(&self, place: Place) -> Option<String> {
        match place {
            Place::Figure(index) => self.figures.get(index).copied().map(format_number),
            Place::Views => self.views.map(format_number),
            Place::ViewCount => self.views.map(|views| views.to_string()),
            Place::Rating | Place::Thread | Place::Data => None,
        }
    }
}

/// What one visitor sees on an article's page in place of what everybody does.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnParts {
    rating: Option<String>,
    thread: Option<String>,
    data: String,
}

impl OwnParts {
    /// What is shown at a place, where it is the visitor's own.
    pub fn find(&self, place: Place) -> Option<String> {
        match place {
            Place::Rating => self.rating.clone(),
            Place::Thread => self.thread.clone(),
            Place::Data => Some(self.data.clone()),
            Place::Views | Place::ViewCount | Place::Figure(_) => None,
        }
    }
}

/// Finds what a visitor has at an article, by one query; `None` where its page shows nothing of theirs.
pub async fn find_own_content(
    site: &Site,
    article: i64,
    visitor: &KnownVisitor,
) -> Result<Option<OwnContent>, AppError> {
    let own = store::find_own_content(&site.pool, article, visitor.visitor).await?;
    Ok(own.filter(|own| own.stars.is_some() || own.has_waiting_comments))
}

/// Renders what a visitor sees of their own, for the page that everybody gets; `None` where it shows no article. The
/// score is that of the same query as the vote, so a vote is never shown beside totals that lack it.
pub async fn render_own_parts(
    site: &Site,
    shared: &Template,
    visitor: &KnownVisitor,
    own: OwnContent,
) -> Result<Option<OwnParts>, AppError> {
    let Some((page, mut parts)) = shared.article() else { return Ok(None) };
    parts.own_vote = own.stars;
    parts.is_suspicious = own.is_suspicious;
    if parts.is_rated {
        parts.score = own.score;
    }
    let mut thread = None;
    if own.has_waiting_comments && parts.is_discussed {
        let viewer = Viewer { visitor: Some(visitor.visitor), secret: Some(visitor.secret), for_staff: false };
        let totals = read_totals(&site.pool, parts.id).await?;
        let place = ThreadPlace { conversation: parts.thread.conversation, page: parts.thread.page };
        parts.thread = read_thread(site, (parts.id, &parts.path), (place, totals), &viewer).await?;
        thread = Some(complete_comments(&std::mem::take(&mut parts.thread.html)));
    }
    let rating = shared.content(Place::Rating).map(|_| render_rating(&parts));
    let page = Ok(PublicPage { page: page.page, article: Some(parts) });
    let data = format!("{}{}{}", DATA.0, wire::to_text(&page.without_html())?, DATA.1);
    Ok(Some(OwnParts { rating, thread, data }))
}

/// Renders the stars as they stand on the page.
fn render_rating(parts: &ArticleParts) -> String {
    let ArticleParts { id, path, score, own_vote, is_suspicious, closed, .. } = parts.clone();
    // what is rendered on this thread meanwhile owns nothing here, and ends nothing here when it ends
    let rendering = Owner::current();
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        let live = Signal::derive(|| None);
        let closed = Signal::derive(move || closed.ratings.clone());
        view! { <RatingForm article=id return_to=path score own_vote is_suspicious live closed refusal=None/> }
            .to_html()
    });
    owner.unset_with_forced_cleanup();
    if let Some(rendering) = rendering {
        rendering.set();
    }
    complete_comments(&html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_differs_at_its_places_alone() {
        let html = concat!(
            r#"<title>"@type":"ViewAction"},"userInteractionCount":1}</title><script type="application/ld+json">"#,
            r#"{"@type":"ViewAction"},"userInteractionCount":5}</script><b id="so-xem">5</b>"#,
            r#"<section id="danh-gia" class="x"><p>Sao</p></section><dd id="so-0">1</dd><dd id="so-3">4</dd>"#,
            r#"<script>__RESOLVED_RESOURCES[0] = "a.b";</script>"#
        );
        let template = Template::new(html);
        assert_eq!(template.fill(|_| None), html);
        assert_eq!(template.content(Place::Rating), Some(r#"<section id="danh-gia" class="x"><p>Sao</p></section>"#));
        assert_eq!(template.content(Place::Data), Some(r#"__RESOLVED_RESOURCES[0] = "a.b";"#));
        assert_eq!(template.content(Place::Thread), None);
        let numbers = Numbers { figures: [10, 20, 30, 40], views: Some(1234) };
        let copy = template.fill(|place| numbers.find(place));
        assert!(copy.starts_with(r#"<title>"@type":"ViewAction"},"userInteractionCount":1}</title>"#));
        for part in [r#""userInteractionCount":1234}"#, r#"id="so-xem">1.234<"#, r#""so-0">10<"#, r#""so-3">40<"#] {
            assert!(copy.contains(part), "{part} in {copy}");
        }
        assert_eq!((Template::new("").size(), Template::new("abc").fill(|_| None)), (0, "abc".to_owned()));
        assert!(template.has_numbers() && !Template::new("<p>5</p>").has_numbers());
    }

    #[test]
    fn nobody_writes_a_place() {
        let typed = r#""@type":"ViewAction"},"userInteractionCount":1} id="so-xem"&gt;5&lt; "#;
        for machines in ["", r#"<script type="application/ld+json">{}</script>"#] {
            let html =
                format!(r#"{machines}<div class="thread-page"><p>{typed}</p></div><div data-state="starting"></div>"#);
            let template = Template::new(&html);
            assert!(!template.has_numbers(), "{html}");
            assert!(template.content(Place::Thread).is_some_and(|thread| thread.contains(typed)));
        }
    }
}
