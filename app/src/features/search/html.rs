//! The page of a search as HTML.

use super::query::{MAX_LENGTH, Query};
use super::store::{Found, FoundArticle, FoundComment};
use super::text::{Matches, to_text};
use super::{AGES, Choice, MAX_RANKED, PER_PAGE, Subject};
use crate::base::clock;
use crate::base::format::format_number;
use crate::base::url::{encode, with_parameter};
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::page::{Head, Page, page_links};
use crate::web::site::Site;
use leptos::prelude::*;

/// What the page shows below its form.
pub enum Shown {
    /// Nothing was typed yet.
    Nothing,
    TooLong,
    /// Nothing that was typed is a word.
    NoWord,
    Articles(Found<FoundArticle>),
    /// What another spelling leads to.
    Corrected(Query, Found<FoundArticle>),
    /// Articles with some of the words.
    Loose(Found<FoundArticle>),
    Comments(Found<FoundComment>),
}

impl Choice {
    fn path(&self, page: i64) -> String {
        let subject = if self.subject == Subject::Comments { "y-kien" } else { "" };
        let page = if page > 1 { page.to_string() } else { String::new() };
        let parameters = [
            ("q", self.typed.as_str()),
            ("trong", subject),
            ("chuyen-muc", &self.category),
            ("thoi-gian", &self.age),
            ("trang", &page),
        ];
        let set = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        set.fold(routes::SEARCH.path.to_owned(), |path, (name, value)| with_parameter(&path, name, &encode(value)))
    }
}

/// The page. Search engines are to list what it finds, and not what somebody searched for.
pub fn page(site: &Site, choice: &Choice, categories: &[Category], query: &Query, shown: Shown) -> Page {
    let html = view! {
        <div class="home search-page">
            <h1>"Tìm kiếm"</h1>
            {form(choice, categories)}
            <div id="ket-qua" aria-live="polite">{results(choice, query, shown)}</div>
        </div>
    };
    let typed = choice.typed.trim();
    let title = if typed.is_empty() { "Tìm kiếm".to_owned() } else { format!("Tìm “{}”", clip(typed)) };
    let info = &site.settings().info;
    let page = Page::unlisted(format!("{title} - {}", info.name), html.to_html());
    if !typed.is_empty() {
        return page;
    }
    let description = format!("Tìm bài viết, văn bản và ý kiến bạn đọc trên trang của {}.", info.name);
    let canonical = Some(format!("{}{}", site.public_url, routes::SEARCH.path));
    Page { head: Head { description, canonical, ..page.head }, ..page }
}

/// The beginning of a search that is too long for a title.
fn clip(typed: &str) -> String {
    let mut clipped: String = typed.chars().take(60).collect();
    if clipped.len() < typed.len() {
        clipped.push('…');
    }
    clipped
}

fn form(choice: &Choice, categories: &[Category]) -> impl IntoView + use<> {
    let offered = categories.iter().filter(|category| !category.is_hidden);
    let categories: Vec<_> = offered
        .map(|category| {
            let (slug, name) = (category.slug.clone(), category.name.clone());
            view! { <option selected=slug == choice.category value=slug>{name}</option> }
        })
        .collect();
    let ages = AGES.map(|age| view! { <option selected=age.name == choice.age value=age.name>{age.label}</option> });
    let is_filtered = choice.subject == Subject::Comments || !choice.category.is_empty() || !choice.age.is_empty();
    view! {
        <form class="search-form" action=routes::SEARCH.path role="search" data-search="">
            <label for="tu-khoa">"Từ cần tìm"</label>
            <div class="search-row">
                <input
                    type="search"
                    id="tu-khoa"
                    name="q"
                    value=choice.typed.clone()
                    maxlength=MAX_LENGTH
                    autocomplete="off"
                    enterkeyhint="search"
                />
                <button class="button">"Tìm"</button>
            </div>
            <details open=is_filtered>
                <summary>"Chọn nơi tìm, chuyên mục, thời gian"</summary>
                <fieldset class="search-subject">
                    <legend>"Tìm trong"</legend>
                    <label>
                        <input type="radio" name="trong" value="" checked=choice.subject == Subject::Articles/>
                        "Bài viết, trang, văn bản"
                    </label>
                    <label>
                        <input type="radio" name="trong" value="y-kien" checked=choice.subject == Subject::Comments/>
                        "Ý kiến bạn đọc"
                    </label>
                </fieldset>
                <div class="search-filters">
                    <div class="field">
                        <label for="tim-chuyen-muc">"Chuyên mục"</label>
                        <select id="tim-chuyen-muc" name="chuyen-muc">
                            <option value="">"Tất cả chuyên mục"</option>
                            {categories}
                        </select>
                    </div>
                    <div class="field">
                        <label for="tim-thoi-gian">"Thời gian"</label>
                        <select id="tim-thoi-gian" name="thoi-gian">{ages}</select>
                    </div>
                </div>
            </details>
        </form>
    }
}

fn results(choice: &Choice, query: &Query, shown: Shown) -> AnyView {
    let matches = Matches::new(query);
    match shown {
        Shown::Nothing => view! {
            <p class="quiet">
                "Gõ có dấu hoặc không dấu đều được. Đặt cụm từ trong ngoặc kép để tìm đúng cụm đó, ví dụ “khu phố 3”."
            </p>
        }
        .into_any(),
        Shown::TooLong => {
            view! { <p>{format!("Từ cần tìm quá dài. Vui lòng rút gọn còn tối đa {MAX_LENGTH} ký tự.")}</p> }.into_any()
        }
        Shown::NoWord => view! { <p>"Vui lòng nhập ít nhất một chữ cái hoặc chữ số."</p> }.into_any(),
        Shown::Articles(found) => list(choice, &found, None, |found| article(found, &matches)),
        Shown::Loose(found) => {
            let said = "Không có bài nào chứa tất cả các từ. Các bài chứa một số từ:".into_any();
            list(choice, &found, Some(said), |found| article(found, &matches))
        }
        Shown::Corrected(other, found) => {
            let corrected = Choice {
                typed: other.to_text(),
                page: 1,
                category: choice.category.clone(),
                age: choice.age.clone(),
                ..*choice
            };
            let said = view! {
                {format!("Không có kết quả cho “{}”. Kết quả cho ", clip(choice.typed.trim()))}
                <a href=corrected.path(1)>{format!("“{}”", other.to_text())}</a>
                ":"
            };
            let matches = Matches::new(&other);
            list(&corrected, &found, Some(said.into_any()), |found| article(found, &matches))
        }
        Shown::Comments(found) => list(choice, &found, None, |found| comment(found, &matches)),
    }
}

fn list<T, V: IntoView + 'static>(
    choice: &Choice,
    found: &Found<T>,
    said: Option<AnyView>,
    show: impl Fn(&T) -> V,
) -> AnyView {
    if found.results.is_empty() {
        let message = match choice.page {
            1 => "Không tìm thấy kết quả nào. Vui lòng kiểm tra chính tả hoặc thử từ khác.",
            _ => "Trang này không có kết quả nào.",
        };
        return view! { <p class="empty">{message}</p> }.into_any();
    }
    let count = if found.count > MAX_RANKED {
        format!("Có hơn {} kết quả", format_number(MAX_RANKED))
    } else {
        format!("Có {} kết quả", format_number(found.count))
    };
    let has_more = choice.page * PER_PAGE < found.count.min(MAX_RANKED);
    let items = found.results.iter().map(|result| view! { <li>{show(result)}</li> }).collect_view();
    view! {
        {said.map(|said| view! { <p>{said}</p> })}
        <p class="quiet">{count}</p>
        <ol class="results">{items}</ol>
        {page_links(choice.page, has_more, &|page| choice.path(page))}
    }
    .into_any()
}

fn article(found: &FoundArticle, matches: &Matches) -> impl IntoView + use<> {
    let text = format!("{} {}", found.lead, to_text(&found.body));
    view! {
        <h2><a href=found.kind.path(&found.slug, found.id) inner_html=matches.mark(&found.title)></a></h2>
        <p class="quiet meta">
            <span>{found.category.clone().unwrap_or_else(|| found.kind.label().to_owned())}</span>
            <time datetime=clock::format_iso(found.published_at)>{clock::format_short(found.published_at)}</time>
        </p>
        <p inner_html=matches.mark(&matches.cut_out(&text))></p>
    }
}

fn comment(found: &FoundComment, matches: &Matches) -> impl IntoView + use<> {
    let path = found.kind.path(&found.slug, found.article);
    let href = format!("{}#y-kien-{}", with_parameter(&path, "y-kien", &found.id.to_string()), found.id);
    view! {
        <h2><a href=href>{found.title.clone()}</a></h2>
        <p class="quiet meta">
            <span>{found.name.clone()}</span>
            <time datetime=clock::format_iso(found.created_at)>{clock::format_short(found.created_at)}</time>
        </p>
        <p inner_html=matches.mark(&matches.cut_out(&found.body))></p>
    }
}
