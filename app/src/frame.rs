//! What stands around every page: the header with its ways through and urgent notices, and the footer.

use crate::base::error::AppError;
use crate::base::url::telephone_link;
use crate::features::accessibility::html::display_menu;
use crate::features::appearance::Look;
use crate::features::appearance::store::find_appearance;
use crate::features::media::Picture;
use crate::features::media::html::picture;
use crate::features::menu::MenuItem;
use crate::features::menu::html::menu_tree;
use crate::features::menu::store::list_items;
use crate::features::notices::Notice;
use crate::features::notices::html::urgent_notices;
use crate::features::notices::store::list_current;
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::list_categories;
use crate::routes;
use crate::web::settings::SiteInfo;
use crate::web::site::Site;
use leptos::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// What header and footer show besides the settings.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The categories in the header: those that readers are offered and that stand under no other.
    categories: Vec<Category>,
    /// What administrators arranged.
    menu: Vec<MenuItem>,
    notices: Vec<Notice>,
    /// What administrators chose for the look.
    pub look: Look,
}

/// The newest frame, with the state of the site that it was read in.
#[derive(Debug, Default)]
pub struct SharedFrame(Mutex<Option<([u64; 2], Arc<Frame>)>>);

impl SharedFrame {
    fn get(&self) -> Option<([u64; 2], Arc<Frame>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, state: [u64; 2], frame: Arc<Frame>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, frame));
    }
}

impl Frame {
    /// The frame of the page that is being rendered.
    pub fn current() -> Arc<Self> {
        let parts = use_context::<http::request::Parts>();
        parts.and_then(|parts| parts.extensions.get::<Arc<Self>>().cloned()).unwrap_or_default()
    }

    /// Loads the frame as it is now. It is read once for each state of the site; while the database is away the last
    /// one is shown.
    pub async fn load(site: &Site) -> Arc<Self> {
        let shared = site.state::<SharedFrame>();
        let state = site.hub.generation(None).site_state();
        let known = shared.get();
        match known {
            Some((known_state, frame)) if known_state == state => frame,
            _ => match Self::read(site).await {
                Ok(frame) => {
                    let frame = Arc::new(frame);
                    shared.set(state, Arc::clone(&frame));
                    frame
                }
                Err(_) => known.map(|(_, frame)| frame).unwrap_or_default(),
            },
        }
    }

    async fn read(site: &Site) -> Result<Self, AppError> {
        let notices = list_current(&site.pool).await?;
        let categories = list_categories(&site.pool).await?.into_iter();
        let categories = categories.filter(|category| !category.is_hidden && category.parent.is_none()).collect();
        let menu = list_items(&site.pool).await?;
        let look = Look::load(site, &find_appearance(&site.pool).await?).await?;
        Ok(Self { categories, menu, notices, look })
    }
}

/// The header of every page. `nonce` is that of the rendering.
pub fn header(info: &SiteInfo, frame: &Frame, nonce: Option<String>) -> impl IntoView + use<> {
    let categories: Vec<_> = frame
        .categories
        .iter()
        .map(|category| view! { <li><a href=category.path()>{category.name.clone()}</a></li> })
        .collect();
    let menu = (!frame.menu.is_empty()).then(|| {
        view! {
            <details class="header-panel">
                <summary>"Mục"</summary>
                <nav class="panel" aria-label="Thực đơn">
                    {menu_tree(&frame.menu)}
                    <p><a href=routes::DIRECTORY.path>"Mục lục"</a></p>
                </nav>
            </details>
        }
    });
    let banner = frame.look.banner.as_ref().map(|banner| {
        let banner = Picture { alt: String::new(), ..banner.clone() };
        view! { <div class="banner">{picture(&banner, "100vw", true)}</div> }
    });
    view! {
        {banner}
        <div class="bar header-bar">
            <a class="brand" href=routes::HOME.path>
                <span class="emblem" aria-hidden="true"></span>
                <span class="brand-text">
                    <strong>{info.name.clone()}</strong><span class="quiet">{info.tagline.clone()}</span>
                </span>
            </a>
            <nav class="header-tools" aria-label="Công cụ">
                <a href=routes::SEARCH.path>"Tìm"</a>
                {display_menu()}
                {menu}
            </nav>
        </div>
        <nav class="bar header-categories" aria-label="Các chuyên mục">
            <ul><li><a href=routes::DIRECTORY.path>"Mục lục"</a></li>{categories}</ul>
        </nav>
        {urgent_notices(&frame.notices, nonce)}
    }
}

/// The footer of every page.
pub fn footer<F: IntoView + 'static>(info: SiteInfo, frame: &Frame, figures: F) -> impl IntoView + use<F> {
    let address = (!info.address.is_empty()).then(|| view! { <p>"Địa chỉ: "{info.address}</p> });
    let phone = telephone_link(&info.phone);
    let phone = phone.map(|href| view! { <p>"Điện thoại: "<a href=href>{info.phone}</a></p> });
    let email = (!info.email.is_empty())
        .then(|| view! { <p>"Email: "<a href=format!("mailto:{}", info.email)>{info.email.clone()}</a></p> });
    let hours = (!info.hours.is_empty()).then(|| view! { <p>"Giờ làm việc: "{info.hours}</p> });
    let line = frame.look.footer.clone();
    let line = (!line.is_empty()).then(|| view! { <p>{line}</p> });
    let editor = (!info.editor.is_empty()).then(|| view! { <p>"Chịu trách nhiệm nội dung: "{info.editor}</p> });
    view! {
        {crate::web::opening::opening_status()}
        <div class="bar">
            <address>
                <p><strong>{info.body}</strong></p>
                {address}
                {phone}
                {hours}
                {email}
            </address>
            {editor}
            {line}
            <nav aria-label="Cuối trang">
                <a href=routes::DIRECTORY.path>"Mục lục"</a>
                <a href=routes::CONTACT.path>"Liên hệ"</a>
                <a href=routes::PRIVACY.path>"Quyền riêng tư"</a>
                <a href=routes::ACCESSIBILITY.path>"Khả năng tiếp cận"</a>
                <a href=routes::DESK.path rel="external">"Dành cho cán bộ"</a>
            </nav>
            {figures.into_any()}
        </div>
    }
}
