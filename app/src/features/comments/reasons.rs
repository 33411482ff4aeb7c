//! Why a comment needs a look, as far as it says so itself. What was sent before it is known to the store.

use super::Draft;
use crate::base::error::AppError;
use crate::base::text::has_stacked_marks;
use crate::features::accounts::store::list_display_names;
use crate::features::rules::{ActiveTerms, Reason, is_official_name};
use crate::web::site::Site;

/// Nobody writes a comment in fewer seconds.
const MIN_SECONDS: u32 = 3;
/// What a name of a body contains.
const OFFICIAL_PARTS: [&str; 5] = ["ủy ban nhân dân", "ủy ban phường", "ubnd", "ban biên tập", "quản trị viên"];

/// How the form was filled in.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// Whether a field that people cannot see was filled in.
    pub filled_trap: bool,
    /// Seconds from the first touch of the form to sending; `None` without script.
    pub seconds: Option<u32>,
}

/// Finds the reasons in a comment, given name and text as they were typed, before they were cleaned.
pub async fn find_reasons(
    site: &Site,
    draft: &Draft,
    typed: (&str, &str),
    behaviour: Behaviour,
) -> Result<Vec<Reason>, AppError> {
    let mut reasons = find_reasons_in_text(site, draft, typed).await?;
    reasons.extend(behaviour.filled_trap.then_some(Reason::Trap));
    reasons.extend(behaviour.seconds.is_some_and(|seconds| seconds < MIN_SECONDS).then_some(Reason::Fast));
    Ok(reasons)
}

/// The same for a correction, of which nothing but the text is known.
pub async fn find_reasons_in_text(site: &Site, draft: &Draft, typed: (&str, &str)) -> Result<Vec<Reason>, AppError> {
    let mut reasons = site.state::<ActiveTerms>().get().find_reasons(&draft.name, &draft.body);
    let settings = site.settings();
    let mut names = list_display_names(&site.pool).await?;
    names.extend([settings.info.name.clone(), settings.info.editor.clone()]);
    let parts: Vec<String> = OFFICIAL_PARTS.iter().copied().chain([&*settings.info.body]).map(str::to_owned).collect();
    reasons.extend(is_official_name(&draft.name, &names, &parts).then_some(Reason::Official));
    reasons.extend((has_stacked_marks(typed.0) || has_stacked_marks(typed.1)).then_some(Reason::Marks));
    Ok(reasons)
}

/// Drops what counts in a text that readers see alone: an inquiry may say where its writer lives.
pub fn drop_reasons_of_public_texts(reasons: &mut Vec<Reason>) {
    reasons.retain(|reason| !matches!(reason, Reason::Personal { .. } | Reason::Link { .. }));
}
