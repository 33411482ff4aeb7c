//! The room where administrators set how the site looks. What was chosen is tried on this page before it is saved.
//! Plain forms.

use super::colours::is_accent;
use super::store::{find_appearance, find_named_at, save_appearance as save};
use super::{
    Appearance, BAD_ACCENT, BAD_BANNER, BAD_EMBLEM, BAD_FOOTER, BAD_NAME, BAD_TAGLINE, Look, MAX_FOOTER,
    SAVE_APPEARANCE, find_style,
};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::keys::content_hash;
use crate::base::text::clean_line;
use crate::features::audit::Actor;
use crate::features::media::Picture;
use crate::features::media::html::{CARD_SIZES, cropped_picture, picture};
use crate::features::media::store::list_newest_pictures;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{field_problem, linked_summary_html, plain_field};
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::page::PageRequest;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::settings::{NAME, TAGLINE};
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_APPEARANCE,
    label: "Giao diện",
    group: Group::Administration,
    permission: Some(Permission::ManageSettings),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

const SAVED: &str = "appearance-saved";
const FOOTER: (&str, &str) = ("footer", "Dòng thêm ở cuối trang");
/// The parameter of the room's address that says that its fields are to be tried and not saved.
const TRY: &str = "xem";
/// Pictures to choose from.
const OFFERED_PICTURES: i64 = 12;
/// The longest name and line below it.
const MAX_LINE: usize = 300;

/// Saves how the site looks.
#[server(prefix = "/api", endpoint = "save-appearance", output = server_fn::codec::Postcard)]
pub async fn save_appearance(
    #[server(default)] name: String,
    #[server(default)] tagline: String,
    #[server(default)] accent: String,
    #[server(default)] emblem: String,
    #[server(default)] banner: String,
    #[server(default)] footer: String,
    #[server(default)] seen: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageSettings).await?;
    let site = current_site()?;
    let (name, tagline, footer) = (clean_line(&name), clean_line(&tagline), clean_line(&footer));
    let accent = accent.trim().to_lowercase();
    let is_longer = |text: &str, most: usize| text.chars().count() > most;
    let checks = [
        (name.is_empty() || is_longer(&name, MAX_LINE), BAD_NAME),
        (is_longer(&tagline, MAX_LINE), BAD_TAGLINE),
        (!is_accent(&accent), BAD_ACCENT),
        (!emblem.is_empty() && parse_id(&emblem).is_none(), BAD_EMBLEM),
        (!banner.is_empty() && parse_id(&banner).is_none(), BAD_BANNER),
        (is_longer(&footer, MAX_FOOTER), BAD_FOOTER),
    ];
    let problems: Vec<_> = checks.into_iter().filter_map(|(is_wrong, problem)| is_wrong.then_some(problem)).collect();
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let settings = site.settings();
    let (revision, names) = seen.split_once('-').ok_or(AppError::NotFound)?;
    let revision = revision.parse().map_err(|_| AppError::NotFound)?;
    let are_names_seen = names == hash_names(&settings.info.name, &settings.info.tagline);
    let (emblem, banner) = (parse_id(&emblem), parse_id(&banner));
    let new = Appearance { accent, emblem, banner, footer, revision };
    let typed = [(&NAME, name.as_str()), (&TAGLINE, tagline.as_str())];
    let changed: Vec<_> = typed.into_iter().filter(|(setting, value)| settings.text(setting) != *value).collect();
    if !are_names_seen && !changed.is_empty() {
        return Err(SAVE_APPEARANCE.conflict(find_named_at(&site.pool).await?));
    }
    if let Err(at) = save(&site.pool, Actor::new(&site, &staff), &new, &changed).await? {
        return Err(SAVE_APPEARANCE.conflict(at));
    }
    site.reload_settings().await?;
    site.hub.announce(Change::Site);
    set_flash(SAVED.to_owned())?;
    redirect_to(routes::DESK_APPEARANCE.path, "ban-duyet");
    Ok(())
}

/// Names the name and the line below it that a form shows, which other rooms change too.
fn hash_names(name: &str, tagline: &str) -> String {
    content_hash(format!("{name}\n{tagline}").as_bytes())[..12].to_owned()
}

/// What the form shows: what was refused, what is tried, or what is saved.
struct Shown {
    name: String,
    tagline: String,
    appearance: Appearance,
    /// The version of all that is saved, as the form was opened with it.
    seen: String,
    is_tried: bool,
}

impl Shown {
    fn of_address(address: &PageRequest) -> Option<Self> {
        address.parameter(TRY)?;
        let line = |name: &str, most: usize| clean_line(&address.text(name)).chars().take(most).collect::<String>();
        let accent = address.text("accent").trim().to_lowercase();
        let saved = Appearance::default();
        Some(Self {
            name: line("name", MAX_LINE),
            tagline: line("tagline", MAX_LINE),
            appearance: Appearance {
                accent: if is_accent(&accent) { accent } else { saved.accent },
                emblem: address.parameter("emblem").and_then(parse_id),
                banner: address.parameter("banner").and_then(parse_id),
                footer: line("footer", MAX_FOOTER),
                revision: saved.revision,
            },
            // a trial overwrites nothing that came meanwhile
            seen: address.text("seen"),
            is_tried: true,
        })
    }
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let site = &request.site;
    let info = site.settings().info.clone();
    let refusal = request.refusal.as_ref().filter(|refusal| refusal.action == routes::SAVE_APPEARANCE.path);
    let shown = match Shown::of_address(&request.address) {
        Some(tried) => tried,
        None => {
            let appearance = find_appearance(&site.pool).await?;
            let seen = format!("{}-{}", appearance.revision, hash_names(&info.name, &info.tagline));
            Shown { name: info.name, tagline: info.tagline, appearance, seen, is_tried: false }
        }
    };
    let chosen: Vec<i64> = shown.appearance.emblem.into_iter().chain(shown.appearance.banner).collect();
    let pictures = list_newest_pictures(&site.pool, &chosen, OFFERED_PICTURES).await?;
    let trial = match shown.is_tried {
        // a picture that is not there is shown as none
        true => match load_trial(site, &shown.appearance).await {
            Ok((style, look)) => Some(trial(&shown, style, &look).into_any()),
            Err(AppError::NotFound) => None,
            Err(error) => return Err(error),
        },
        false => None,
    };
    let is_saved = take_flash()?.as_deref() == Some(SAVED);
    let html = view! {
        <div class="room-content">
            {is_saved.then(|| view! { <p class="notice" role="status">"Đã đổi giao diện. Bạn đọc thấy ngay."</p> })}
            {linked_summary_html(refusal)}
            {trial}
            {form(&shown, refusal, &pictures)}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// What a trial shows. Its style sheet is there for the site's own look too, because another one may be saved.
async fn load_trial(site: &Site, appearance: &Appearance) -> Result<(String, Look), AppError> {
    let style = find_style(site, &appearance.accent, appearance.emblem).await?;
    Ok((style, Look::load(site, appearance).await?))
}

/// What was chosen, with its colours on this whole page.
fn trial(shown: &Shown, style: String, look: &Look) -> impl IntoView + use<> {
    let banner =
        look.banner.as_ref().map(|banner| view! { <div class="banner">{picture(banner, "100vw", true)}</div> });
    view! {
        <link rel="stylesheet" href=style/>
        <section class="card trial" aria-labelledby="xem-thu">
            <h2 id="xem-thu">"Đang xem thử, chưa lưu"</h2>
            <p class="quiet">
                "Trang này đang mang màu mới. Màu được chỉnh đậm nhạt cho nền sáng và nền tối, để chữ luôn đọc được."
            </p>
            {banner}
            <div class="brand">
                <span class="emblem" aria-hidden="true"></span>
                <span class="brand-text">
                    <strong>{shown.name.clone()}</strong><span class="quiet">{shown.tagline.clone()}</span>
                </span>
            </div>
            <p><span class="button">"Nút chính"</span>" "<a href=routes::HOME.path rel="external">"Một liên kết"</a></p>
            <p class="quiet">{shown.appearance.footer.clone()}</p>
        </section>
    }
}

fn form(shown: &Shown, refusal: Option<&Refusal>, pictures: &[(i64, Picture)]) -> impl IntoView + use<> {
    let accent = refusal.map_or_else(|| shown.appearance.accent.clone(), |refusal| refusal.typed("accent"));
    let typed = |field: &str, saved: Option<i64>| match refusal {
        Some(refusal) => refusal.typed(field),
        None => saved.map(|id| id.to_string()).unwrap_or_default(),
    };
    let (emblem, banner) = (typed("emblem", shown.appearance.emblem), typed("banner", shown.appearance.banner));
    view! {
        <form class="stack" method="post" action=routes::SAVE_APPEARANCE.path>
            <input type="hidden" name=RETURN_TO value=routes::DESK_APPEARANCE.path/>
            <input type="hidden" name="seen" value=shown.seen.clone()/>
            {plain_field(refusal, ("name", "Tên trang"), "text", &shown.name, Some(MAX_LINE))}
            {plain_field(refusal, ("tagline", "Dòng dưới tên trang"), "text", &shown.tagline, Some(MAX_LINE))}
            <div class="field">
                <label for="accent">"Màu chủ đạo"</label>
                {field_problem(refusal, "accent")}
                <input type="color" id="accent" name="accent" value=accent/>
            </div>
            {choices(refusal, ("emblem", "Biểu trưng (ảnh vuông)"), "Biểu trưng có sẵn", &emblem, pictures)}
            {choices(refusal, ("banner", "Ảnh ngang đầu trang"), "Không có ảnh", &banner, pictures)}
            <p class="quiet">
                "Chưa thấy ảnh cần dùng? "
                <a href=routes::DESK_LIBRARY.path>"Tải lên ở Thư viện"</a>
                ", rồi mở lại mục này."
            </p>
            {plain_field(refusal, FOOTER, "text", &shown.appearance.footer, Some(MAX_FOOTER))}
            <div class="sticky-actions">
                <button
                    class="button secondary"
                    formmethod="get"
                    formaction=routes::DESK_APPEARANCE.path
                    name=TRY
                    value="1"
                >
                    "Xem thử"
                </button>
                <button class="button">"Lưu giao diện"</button>
            </div>
        </form>
    }
}

/// A choice of one of the pictures, or of none.
fn choices(
    refusal: Option<&Refusal>,
    (field, label): (&'static str, &'static str),
    none: &'static str,
    chosen: &str,
    pictures: &[(i64, Picture)],
) -> impl IntoView + use<> {
    let choices: Vec<_> = pictures
        .iter()
        .map(|(number, shown)| {
            let id = number.to_string();
            let checked = id == chosen;
            let shown = Picture { alt: String::new(), ..shown.clone() };
            view! {
                <label class="choice">
                    <input type="radio" name=field value=id checked=checked/>
                    {cropped_picture(&shown, CARD_SIZES)}
                    <span>{format!("Ảnh {number}")}</span>
                </label>
            }
        })
        .collect();
    let is_none = chosen.is_empty();
    view! {
        <fieldset class="field" id=field>
            <legend>{label}</legend>
            {field_problem(refusal, field)}
            <div class="picture-choices">
                <label class="choice">
                    <input type="radio" name=field value="" checked=is_none/><span>{none}</span>
                </label>
                {choices}
            </div>
        </fieldset>
    }
}
