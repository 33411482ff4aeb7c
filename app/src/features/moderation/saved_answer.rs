//! Answers that the office keeps and gives again: their blanks, and what moderators send about them.

use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::base::error::Problem;
use leptos::prelude::*;

/// The query parameter with the number of a saved answer that is put into the answer of the chosen comment.
pub const SAVED: &str = "mau";
/// The query parameter with the comment for which an answer is looked for.
pub const FOR_COMMENT: &str = "y-kien";
/// The query parameter with the page of the queue on which it is looked for.
pub const FROM_PAGE: &str = "tu-trang";
/// The id of the list of saved answers.
pub const LIST: &str = "cau-mau";

/// The blanks: the writer's name, the article's title, and today's date.
pub const BLANKS: [&str; 3] = ["{tên}", "{bài}", "{ngày}"];

/// Fills the blanks of a saved answer.
#[cfg(feature = "ssr")]
pub fn fill_blanks(text: &str, name: &str, title: &str, today: &str) -> String {
    // at once, so that a name with a blank in it fills nothing else
    let mut filled = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let values = BLANKS.into_iter().zip([name, title, today]);
        match values.into_iter().find(|(blank, _)| rest.starts_with(blank)) {
            Some((blank, value)) => {
                filled.push_str(value);
                rest = &rest[blank.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled + rest
}

/// Finds something in braces that is no blank.
#[cfg(feature = "ssr")]
fn find_unknown_blank(text: &str) -> Option<&str> {
    text.match_indices('{').find_map(|(at, _)| {
        let end = text[at..].find('}')?;
        let blank = &text[at..=at + end];
        (!BLANKS.contains(&blank)).then_some(blank)
    })
}

/// Stores a saved answer: a new one where `id` is empty, or one that was seen as this revision.
#[server(prefix = "/api", endpoint = "save-answer", output = server_fn::codec::Postcard)]
pub async fn save_answer(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] title: String,
    #[server(default)] answer_text: String,
) -> Result<(), AppError> {
    use super::endpoints::server;
    use super::store::saved;
    use crate::base::id::parse_id;
    use crate::base::text::{clean_line, clean_lines};
    let (staff, site, _) = server::moderator().await?;
    let (title, text) = (clean_line(&title), clean_lines(&answer_text));
    if let Some(blank) = find_unknown_blank(&text) {
        return Err(AppError::invalid(unknown_blank(blank)));
    }
    let seen = match id.as_str() {
        "" => None,
        id => Some((parse_id(id).ok_or(AppError::NotFound)?, revision.parse().map_err(|_| AppError::NotFound)?)),
    };
    let actor = crate::features::audit::Actor::new(&site, &staff);
    saved::save_answer(&site.pool, actor, seen, (&title, &text)).await?;
    crate::web::forms::post::redirect_to(crate::routes::DESK_SAVED_ANSWERS.path, LIST);
    Ok(())
}

/// Deletes a saved answer.
#[server(prefix = "/api", endpoint = "delete-saved-answer", output = server_fn::codec::Postcard)]
pub async fn delete_saved_answer(#[server(default)] id: String) -> Result<(), AppError> {
    use super::endpoints::server;
    use crate::base::id::parse_id;
    let (staff, site, _) = server::moderator().await?;
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    super::store::saved::delete_saved_answer(&site.pool, actor, id).await?;
    crate::web::forms::post::redirect_to(crate::routes::DESK_SAVED_ANSWERS.path, LIST);
    Ok(())
}

#[cfg(feature = "ssr")]
fn unknown_blank(blank: &str) -> Problem {
    let shown: String = blank.chars().take(40).collect();
    let message = format!("Không có chỗ trống {shown}. Chỉ dùng được {}", BLANKS.join(", "));
    Problem { message: message.into(), ..Problem::new("answer_text", "saved-blank", "") }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_once_each() {
        let fill = |text| fill_blanks(text, "Bà {bài}", "Cúp nước", "27/11/2026");
        assert_eq!(
            fill("Chào {tên}, về “{bài}”, ngày {ngày}. {tên}"),
            "Chào Bà {bài}, về “Cúp nước”, ngày 27/11/2026. Bà {bài}"
        );
        for text in ["", "không có gì", "{", "{{", "{giờ}", "} {"] {
            assert_eq!(fill(text), text);
        }
    }

    #[test]
    fn a_blank_that_is_none_is_named() {
        assert_eq!(find_unknown_blank("Chào {tên}, {ngày}: {bài}"), None);
        assert_eq!(find_unknown_blank("Chào {tên}, lúc {giờ}"), Some("{giờ}"));
        assert_eq!(find_unknown_blank("Chào {Tên}"), Some("{Tên}"));
        assert_eq!(find_unknown_blank("Chào { và không đóng"), None);
        assert_eq!(find_unknown_blank("Chào {}"), Some("{}"));
        let long = unknown_blank(&format!("{{{}}}", "đ".repeat(900)));
        assert!(long.message.chars().count() < 120, "{}", long.message);
    }
}
