//! How the site looks: its accent, its emblem, a picture in the header, a line in the footer.

pub mod colours;
pub mod room;
pub mod store;

use crate::base::error::{AppError, Problem};
use crate::base::keys::content_hash;
use crate::features::audit::Action;
use crate::features::media::store::find_pictures;
use crate::features::media::{Picture, Size};
use crate::routes;
use crate::web::site::Site;
use colours::{DEFAULT_ACCENT, write_tokens};

pub const SAVE_APPEARANCE: Action = Action::new("save-appearance", "đổi giao diện");
pub const ACTIONS: &[Action] = &[SAVE_APPEARANCE];

/// The longest line in the footer.
pub const MAX_FOOTER: usize = 300;

pub const BAD_ACCENT: Problem = Problem::new("accent", "accent", "Màu chủ đạo chưa đúng. Ví dụ: #a3151b");
pub const BAD_EMBLEM: Problem = Problem::new("emblem", "emblem", "Không có ảnh này trong thư viện");
pub const BAD_BANNER: Problem = Problem::new("banner", "banner", "Không có ảnh này trong thư viện");
pub const BAD_FOOTER: Problem = Problem::new("footer", "footer", "Dòng cuối trang tối đa 300 ký tự");
pub const BAD_NAME: Problem = Problem::new("name", "name", "Vui lòng nhập tên trang (tối đa 300 ký tự)");
pub const BAD_TAGLINE: Problem = Problem::new("tagline", "tagline", "Dòng dưới tên trang tối đa 300 ký tự");

/// How the site looks, as it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// `#a3151b`.
    pub accent: String,
    /// The picture that is the emblem.
    pub emblem: Option<i64>,
    /// The picture in the header.
    pub banner: Option<i64>,
    pub footer: String,
    /// Grows with each change.
    pub revision: i32,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { accent: DEFAULT_ACCENT.to_owned(), emblem: None, banner: None, footer: String::new(), revision: 0 }
    }
}

/// The pictures of an appearance, and the address of its style sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// `None` where nothing differs from the site's own style.
    pub style: Option<String>,
    pub banner: Option<Picture>,
    pub footer: String,
    /// `#a3151b`; empty where the look is not known.
    pub accent: String,
    /// The sizes of the emblem, the smallest first; none for the site's own.
    pub emblem: Vec<Size>,
}

impl Look {
    /// Loads what pages need of an appearance.
    pub async fn load(site: &Site, appearance: &Appearance) -> Result<Self, AppError> {
        let style = match (appearance.accent.as_str(), appearance.emblem) {
            (DEFAULT_ACCENT, None) => None,
            (accent, emblem) => Some(find_style(site, accent, emblem).await?),
        };
        let chosen: Vec<i64> = appearance.emblem.into_iter().chain(appearance.banner).collect();
        let pictures = find_pictures(&site.pool, &chosen).await?;
        let find = |wanted: Option<i64>| {
            pictures.iter().find(|(id, _)| Some(*id) == wanted).map(|(_, picture)| picture.clone())
        };
        Ok(Self {
            style,
            banner: find(appearance.banner),
            footer: appearance.footer.clone(),
            accent: appearance.accent.clone(),
            emblem: find(appearance.emblem).map(|emblem| emblem.sizes).unwrap_or_default(),
        })
    }
}

/// Finds the address of a style sheet, which sets all that another one might have set.
pub async fn find_style(site: &Site, accent: &str, emblem: Option<i64>) -> Result<String, AppError> {
    let css = write_style(site, accent, emblem).await?;
    Ok(style_path(accent, emblem, &css))
}

/// The address of a style sheet, which names all that it depends on, and the hash of its bytes.
fn style_path(accent: &str, emblem: Option<i64>, css: &str) -> String {
    let hash = &content_hash(css.as_bytes())[..12];
    routes::STYLE.with(format_args!("{}-{}-{hash}.css", accent.trim_start_matches('#'), emblem.unwrap_or(0)))
}

async fn write_style(site: &Site, accent: &str, emblem: Option<i64>) -> Result<String, AppError> {
    let mut css = write_tokens(accent).ok_or(AppError::NotFound)?;
    let emblem = match emblem {
        None => format!("{}/icon.svg", site.assets),
        Some(id) => {
            let found = find_pictures(&site.pool, &[id]).await?;
            // drawn 40 pixels wide, on screens with up to three pixels for each
            let sizes = found.first().map(|(_, picture)| &picture.sizes[..]).unwrap_or_default();
            let size = sizes.iter().find(|size| size.width >= 120).or(sizes.last());
            size.ok_or(AppError::NotFound)?.webp_path()
        }
    };
    for (layer, drawn) in [("base", ".emblem"), ("comments", ".from-office > article .avatar")] {
        css.push_str(&format!("@layer {layer}{{{drawn}{{background-image:url({emblem})}}}}\n"));
    }
    Ok(css)
}

/// Reads a style sheet's address and writes the style sheet.
///
/// # Errors
/// [`AppError::NotFound`] where the address names none: its bytes would have another hash.
pub async fn read_style(site: &Site, name: &str) -> Result<String, AppError> {
    let mut parts = name.split('-');
    let (Some(accent), Some(emblem)) = (parts.next(), parts.next()) else { return Err(AppError::NotFound) };
    let accent = format!("#{accent}");
    let emblem = match emblem {
        "0" => None,
        id => Some(crate::base::id::parse_id(id).ok_or(AppError::NotFound)?),
    };
    let css = write_style(site, &accent, emblem).await?;
    if style_path(&accent, emblem, &css) == routes::STYLE.with(name) { Ok(css) } else { Err(AppError::NotFound) }
}

/// The manifest that phones read when somebody puts the site on their first screen.
pub fn write_manifest(site: &Site, look: &Look) -> String {
    let info = &site.settings().info;
    let icon =
        |address: String, sizes: &str, kind: &str| serde_json::json!({ "src": address, "sizes": sizes, "type": kind });
    let own = |name: &str, sizes: &str, kind: &str| icon(format!("{}/{name}", site.assets), sizes, kind);
    let mut icons = vec![own("icon.svg", "any", "image/svg+xml"), own("apple-touch-icon.png", "180x180", "image/png")];
    if !look.emblem.is_empty() {
        let sizes = |size: &Size| format!("{}x{}", size.width, size.height);
        icons = look.emblem.iter().map(|size| icon(size.webp_path(), &sizes(size), "image/webp")).collect();
    }
    let accent = if look.accent.is_empty() { DEFAULT_ACCENT } else { look.accent.as_str() };
    serde_json::json!({
        "name": info.name,
        "short_name": info.name,
        "lang": "vi",
        "start_url": routes::HOME.path,
        "display": "browser",
        "background_color": "#fbfaf6",
        "theme_color": accent,
        "icons": icons,
    })
    .to_string()
}
