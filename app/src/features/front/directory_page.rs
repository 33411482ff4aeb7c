//! Every way through the site on one page.

use super::{archive_label, archive_path};
use crate::base::error::AppError;
use crate::features::articles::store::lists::list_months;
use crate::features::menu::html::menu_tree;
use crate::features::menu::store::list_items;
use crate::features::pages::store::list_pages;
use crate::features::series::store::list_public_series;
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::{list_categories, list_public_tags};
use crate::routes;
use crate::web::page::{Head, Page};
use crate::web::site::Site;
use leptos::prelude::*;
use time::Date;

/// Tags that the page lists.
const MAX_TAGS: i64 = 60;

/// Reads the page.
pub async fn read(site: &Site) -> Result<Page, AppError> {
    let categories = list_categories(&site.pool).await?;
    let tags = list_public_tags(&site.pool, MAX_TAGS).await?;
    let months = list_months(&site.pool).await?;
    let menu = list_items(&site.pool).await?;
    let series: Vec<_> = list_public_series(&site.pool)
        .await?
        .iter()
        .map(|series| view! { <li><a href=series.path()>{series.name.clone()}</a></li> })
        .collect();
    let info = &site.settings().info;
    let top: Vec<_> = categories
        .iter()
        .filter(|category| !category.is_hidden && category.parent.is_none())
        .map(|category| {
            view! { <li><a href=category.path()>{category.name.clone()}</a>{below(category, &categories)}</li> }
        })
        .collect();
    let tags: Vec<_> = tags.iter().map(|tag| view! { <li><a href=tag.path()>{tag.name.clone()}</a></li> }).collect();
    let written: Vec<_> = list_pages(&site.pool)
        .await?
        .into_iter()
        .map(|page| view! { <li><a href=page.path()>{page.title.clone()}</a></li> })
        .collect();
    let pages = [
        (routes::HOME.path, "Trang chủ"),
        (routes::DOCUMENTS.path, "Văn bản"),
        (routes::CALENDAR.path, "Lịch"),
        (routes::SEARCH.path, "Tìm kiếm"),
        (routes::STATISTICS.path, "Thống kê truy cập"),
        (routes::CONTACT.path, "Liên hệ"),
        (routes::PRIVACY.path, "Quyền riêng tư"),
        (routes::ACCESSIBILITY.path, "Khả năng tiếp cận"),
    ];
    let pages = pages.map(|(path, label)| view! { <li><a href=path>{label}</a></li> });
    let html = view! {
        <div class="narrow sections directory">
            <h1>"Mục lục"</h1>
            {(!menu.is_empty()).then(|| view! {
                <section aria-labelledby="muc-thuc-don">
                    <h2 id="muc-thuc-don">"Thực đơn"</h2>
                    {menu_tree(&menu)}
                </section>
            })}
            <section aria-labelledby="muc-trang">
                <h2 id="muc-trang">"Trang"</h2>
                <ul class="plain-links">{written}{pages}</ul>
            </section>
            {(!top.is_empty()).then(|| view! {
                <section aria-labelledby="muc-chuyen-muc">
                    <h2 id="muc-chuyen-muc">"Chuyên mục"</h2>
                    <ul class="plain-links">{top}</ul>
                </section>
            })}
            {(!series.is_empty()).then(|| view! {
                <section aria-labelledby="muc-chu-de">
                    <h2 id="muc-chu-de">"Chủ đề"</h2>
                    <ul class="plain-links">{series}</ul>
                </section>
            })}
            {(!tags.is_empty()).then(|| view! {
                <section aria-labelledby="muc-the"><h2 id="muc-the">"Thẻ"</h2><ul class="chips">{tags}</ul></section>
            })}
            {(!months.is_empty()).then(|| view! {
                <section aria-labelledby="muc-luu-tru"><h2 id="muc-luu-tru">"Lưu trữ"</h2>{years(&months)}</section>
            })}
        </div>
    };
    Ok(Page {
        head: Head {
            title: format!("Mục lục - {}", info.name),
            description: format!("Mọi chuyên mục, thẻ và tháng lưu trữ của {}.", info.name),
            canonical: Some(format!("{}{}", site.public_url, routes::DIRECTORY.path)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    })
}

/// The categories under one.
fn below(category: &Category, all: &[Category]) -> Option<impl IntoView + use<>> {
    let below: Vec<_> = all
        .iter()
        .filter(|other| other.parent == Some(category.id) && !other.is_hidden)
        .map(|other| view! { <li><a href=other.path()>{other.name.clone()}</a></li> })
        .collect();
    (!below.is_empty()).then(|| view! { <ul class="plain-links">{below}</ul> })
}

/// The months, by year.
fn years(months: &[Date]) -> impl IntoView + use<> {
    let years = months.chunk_by(|one, other| one.year() == other.year());
    years
        .map(|months| {
            let links: Vec<_> = months
                .iter()
                .map(|month| view! { <li><a href=archive_path(*month)>{archive_label(*month)}</a></li> })
                .collect();
            view! { <h3>{months[0].year()}</h3><ul class="chips">{links}</ul> }
        })
        .collect_view()
}
