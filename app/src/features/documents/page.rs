//! The list of documents, with a form that searches it.

use super::html::force_label;
use super::store::{Choices, Filter, list_choices, list_documents, list_open_drafts};
use super::{FORCE_FILTERS, ListedDocument, ShortDocument};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_page;
use crate::base::url::{encode, with_parameter};
use crate::features::search::SEARCHES_PER_ADDRESS;
use crate::features::search::query::{MAX_LENGTH, Query};
use crate::routes;
use crate::web::page::{Head, Page, PageRequest, page_links};
use crate::web::site::Site;
use crate::web::visitor::current_address;
use leptos::prelude::*;
use time::{Date, Month, OffsetDateTime};

/// The parameters of the form, in order.
const PARAMETERS: [&str; 6] = ["q", "loai", "co-quan", "nguoi-ky", "nam", "hieu-luc"];

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let pool = &site.pool;
    let typed = |name: &str| request.text(name).chars().take(MAX_LENGTH).collect::<String>();
    let (text, kind, issuer, signer) = (typed("q"), typed("loai"), typed("co-quan"), typed("nguoi-ky"));
    let force = typed("hieu-luc");
    let query = Query::parse(&text);
    let is_filtered = PARAMETERS.iter().any(|name| !typed(name).is_empty());
    let page = parse_page(request.parameter("trang"));
    if is_filtered || page > 1 {
        site.limits.take_by_line("searches", site.settings().number(&SEARCHES_PER_ADDRESS), current_address())?;
    }
    let words = (!query.is_empty()).then(|| query.to_tsquery(false));
    let filter = Filter {
        words: words.as_deref(),
        number: text.trim(),
        kind: &kind,
        issuer: &issuer,
        signer: &signer,
        issued: year_span(&typed("nam")),
        in_force: match force.as_str() {
            "hieu-luc" => Some(true),
            "het-hieu-luc" => Some(false),
            _ => None,
        },
        drafts: force == "gop-y",
    };
    let today = clock::local_day(OffsetDateTime::now_utc());
    let (listed, has_more) = list_documents(pool, &filter, today, page).await?;
    let choices = list_choices(pool).await?;
    let drafts = if is_filtered || page > 1 { Vec::new() } else { list_open_drafts(pool).await? };
    let path = |page: i64| {
        let given = PARAMETERS.iter().map(|name| (*name, typed(name))).filter(|(_, value)| !value.is_empty());
        let path = given.fold(routes::DOCUMENTS.path.to_owned(), |path, (name, value)| {
            with_parameter(&path, name, &encode(&value))
        });
        if page > 1 { with_parameter(&path, "trang", &page.to_string()) } else { path }
    };
    let empty = listed.is_empty().then_some(match (is_filtered, page) {
        (true, _) => "Không tìm thấy văn bản nào. Vui lòng bớt điều kiện hoặc thử từ khác.",
        (false, 1) => "Chưa có văn bản nào.",
        (false, _) => "Trang này không có văn bản nào.",
    });
    let items = listed.iter().map(|listed| view! { <li>{item(listed, today)}</li> }).collect_view();
    let html = view! {
        <div class="home documents">
            <h1>"Văn bản"</h1>
            {open_drafts(&drafts)}
            {form(&choices, &typed, is_filtered)}
            {empty.map(|message| view! { <p class="empty">{message}</p> })}
            <ol class="results">{items}</ol>
            {page_links(page, has_more, &path)}
        </div>
    };
    let info = &site.settings().info;
    let numbered = if page > 1 { format!("Văn bản, trang {page}") } else { "Văn bản".to_owned() };
    Ok(Page {
        head: Head {
            title: format!("{numbered} - {}", info.name),
            description: format!("Văn bản do {} ban hành và dự thảo đang lấy ý kiến.", info.body),
            // what was searched for is nobody else's page
            canonical: (!is_filtered).then(|| format!("{}{}", site.public_url, path(page))),
            extra: String::new(),
        },
        html: html.to_html(),
        error: (listed.is_empty() && page > 1).then_some(AppError::NotFound),
        redirect: None,
    })
}

/// The days of a year: its first, and the first of the next.
fn year_span(typed: &str) -> Option<(Date, Date)> {
    let year: i32 = typed.parse().ok().filter(|year| (1900..3000).contains(year))?;
    let first = |year| Date::from_calendar_date(year, Month::January, 1).ok();
    first(year).zip(first(year + 1))
}

fn form(choices: &Choices, typed: &dyn Fn(&str) -> String, is_open: bool) -> impl IntoView + use<> {
    let select = |name: &'static str, label: &'static str, any: &'static str, listed: &[String]| {
        let chosen = typed(name);
        let options: Vec<_> = listed
            .iter()
            .map(|value| view! { <option value=value.clone() selected=*value == chosen>{value.clone()}</option> })
            .collect();
        (!options.is_empty()).then(|| {
            view! {
                <div class="field">
                    <label for=name>{label}</label>
                    <select id=name name=name><option value="">{any}</option>{options}</select>
                </div>
            }
        })
    };
    let years: Vec<String> = choices.years.iter().map(i32::to_string).collect();
    let force = typed("hieu-luc");
    let states: Vec<_> = FORCE_FILTERS
        .iter()
        .map(|(value, label)| view! { <option value=*value selected=*value == force>{*label}</option> })
        .collect();
    let is_filtered = PARAMETERS[1..].iter().any(|name| !typed(name).is_empty());
    let reset = is_open.then(|| view! { <p><a href=routes::DOCUMENTS.path>"Bỏ điều kiện tìm"</a></p> });
    view! {
        <form class="search-form" action=routes::DOCUMENTS.path role="search">
            <label for="q">"Tìm theo trích yếu, nội dung, số và ký hiệu"</label>
            <div class="search-row">
                <input
                    type="search"
                    id="q"
                    name="q"
                    value=typed("q")
                    maxlength=MAX_LENGTH
                    autocomplete="off"
                    enterkeyhint="search"
                />
                <button class="button">"Tìm"</button>
            </div>
            <details open=is_filtered>
                <summary>"Chọn loại, cơ quan, người ký, năm, hiệu lực"</summary>
                <div class="search-filters">
                    {select("loai", "Loại văn bản", "Mọi loại", &choices.kinds)}
                    {select("co-quan", "Cơ quan ban hành", "Mọi cơ quan", &choices.issuers)}
                    {select("nguoi-ky", "Người ký", "Mọi người ký", &choices.signers)}
                    {select("nam", "Năm ban hành", "Mọi năm", &years)}
                    <div class="field">
                        <label for="hieu-luc">"Hiệu lực"</label>
                        <select id="hieu-luc" name="hieu-luc">{states}</select>
                    </div>
                </div>
            </details>
            {reset}
        </form>
    }
}

/// The drafts on which readers can give an opinion now.
fn open_drafts(drafts: &[(ShortDocument, OffsetDateTime)]) -> Option<impl IntoView + use<>> {
    let items: Vec<_> = drafts
        .iter()
        .map(|(draft, until)| {
            let until = format!("Góp ý đến {}", clock::format_short(*until));
            view! { <li><a href=draft.path()>{draft.title.clone()}</a><span class="quiet">{until}</span></li> }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="strip" aria-labelledby="dang-lay-y-kien">
                <h2 id="dang-lay-y-kien">"Đang lấy ý kiến"</h2>
                <ul>{items}</ul>
            </section>
        }
    })
}

fn item(listed: &ListedDocument, today: Date) -> impl IntoView + use<> {
    let document = &listed.document;
    let issued = listed.issued_on.map(clock::format_day);
    let line = [Some(document.name()), Some(listed.issuer.clone()), issued].into_iter().flatten();
    let spans: Vec<_> = line.filter(|part| !part.is_empty()).map(|part| view! { <span>{part}</span> }).collect();
    view! {
        <h2><a href=document.path()>{document.title.clone()}</a></h2>
        <p class="quiet meta">{spans}</p>
        <p>{force_label(&listed.force(today))}</p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn years_are_read() {
        assert_eq!(year_span("2026"), Some((date!(2026 - 01 - 01), date!(2027 - 01 - 01))));
        for bad in ["", "26", "99999", "-1", "1e3", "năm"] {
            assert_eq!(year_span(bad), None, "{bad}");
        }
    }
}
