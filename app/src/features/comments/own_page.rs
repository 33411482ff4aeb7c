//! The page behind a writer's private link: what became of a comment, and forms that correct it, withdraw it, and erase
//! everything the writer sent.

use super::reasons::{drop_reasons_of_public_texts, find_reasons_in_text};
use super::store::inquiries::{InquiryAnswer, list_answers};
use super::store::own;
use super::{CommentState, NOT_SURE, OwnComment, REPEATED, REPEATED_PUBLISHED, Screening, anchor, limits, parse_draft};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::keys::hash_token;
use crate::features::articles::article_path;
use crate::features::articles::store::find_public_path;
use crate::features::questions::{find_due_day, find_due_day_of_inquiry};
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{invalid_field, linked_summary_html, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal, find_refusal};
use crate::web::page::{Page, PageRequest};
use crate::web::site::{Site, current_site};
use crate::web::visitor::current_address;
use leptos::prelude::*;

/// Replaces the token in the address when everything is erased.
const ERASED: &str = "da-xoa";

/// What the page shows once after a correction.
const CORRECTED: &str = "da-sua";
/// The id of the line that says where the comment stands; what was done leads there.
const RESULT: &str = "ket-qua";

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let token = &request.last;
    if token == ERASED {
        return Ok(erased_page(site));
    }
    if token == REPEATED {
        return match request.parameter("bai").and_then(parse_id) {
            Some(article) => {
                let path = find_public_path(&site.pool, article).await?.ok_or(AppError::NotFound)?;
                let sentence = match request.parameter(REPEATED_PUBLISHED) {
                    Some(_) => "Ý kiến của ông/bà đã được đăng.",
                    None => "Ý kiến của ông/bà đã được gửi và đang chờ duyệt.",
                };
                Ok(repeated_page(site, sentence, (&path, "Về bài viết")))
            }
            None => Ok(repeated_page(site, "Lời nhắn của ông/bà đã được gửi.", (routes::HOME.path, "Về trang chủ"))),
        };
    }
    let refusal = find_refusal(&request.refusal_token()).await?;
    let comment = own::find_own_comment(&site.pool, &hash_token(token)).await?.ok_or(AppError::NotFound)?;
    let answers = if comment.is_inquiry() { list_answers(&site.pool, comment.id).await? } else { Vec::new() };
    let is_corrected = take_flash()?.as_deref() == Some(CORRECTED);
    Ok(page(site, (&comment, &answers), token, (is_corrected, refusal)))
}

/// Replaces a comment by its correction; what was published waits again.
#[server(prefix = "/api", endpoint = "correct-comment", output = server_fn::codec::Postcard)]
pub async fn correct_comment(
    #[server(default)] token: String,
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] body: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let draft = parse_draft(&name, "", &body).map_err(AppError::Invalid)?;
    let link = hash_token(&token);
    limits::take_comment(&site, &link, current_address())?;
    let known = own::find_own_comment(&site.pool, &link).await?.ok_or(AppError::NotFound)?;
    let mut reasons = find_reasons_in_text(&site, &draft, (&name, &body)).await?;
    let (settings, now) = (site.settings(), time::OffsetDateTime::now_utc());
    let mut due_on = find_due_day(&settings, &draft.body, now);
    if known.is_inquiry() {
        drop_reasons_of_public_texts(&mut reasons);
        due_on = Some(find_due_day_of_inquiry(&settings, known.is_about_own_data, now));
    }
    let screening = Screening { reasons, due_on };
    let corrected = own::correct_comment(&site.pool, &link, version, &draft, &screening).await?;
    let article = corrected.map_err(|change| AppError::Conflict(change.to_note(None)))?;
    site.hub.announce_comments(&[article]);
    set_flash(CORRECTED.to_owned())?;
    redirect_to(&routes::OWN_COMMENT.with(&token), RESULT);
    Ok(())
}

/// Withdraws a comment.
#[server(prefix = "/api", endpoint = "withdraw-comment", output = server_fn::codec::Postcard)]
pub async fn withdraw_comment(#[server(default)] token: String) -> Result<(), AppError> {
    let site = current_site()?;
    let link = hash_token(&token);
    limits::take_comment(&site, &link, current_address())?;
    let article = own::withdraw_comment(&site.pool, &link).await?;
    site.hub.announce_comments(&[article]);
    redirect_to(&routes::OWN_COMMENT.with(&token), RESULT);
    Ok(())
}

/// Erases everything that the writer sent.
#[server(prefix = "/api", endpoint = "erase-writer", output = server_fn::codec::Postcard)]
pub async fn erase_writer(#[server(default)] token: String, #[server(default)] sure: String) -> Result<(), AppError> {
    if sure != "1" {
        return Err(AppError::invalid(NOT_SURE));
    }
    let site = current_site()?;
    let link = hash_token(&token);
    limits::take_comment(&site, &link, current_address())?;
    let articles = own::erase_writer(&site.pool, &link).await?;
    site.hub.announce_comments(&articles);
    redirect_to(&routes::OWN_COMMENT.with(ERASED), "");
    Ok(())
}

fn erased_page(site: &Site) -> Page {
    let html = view! {
        <div class="narrow sections">
            <h1>"Đã xóa"</h1>
            <p class="status-line" role="status">
                "Mọi ý kiến, lời nhắn, họ tên, email, điện thoại và nội dung ông/bà gửi từ trình duyệt này đã được xóa."
            </p>
            <p><a class="button" href=routes::HOME.path>"Về trang chủ"</a></p>
        </div>
    };
    Page::unlisted(format!("Đã xóa - {}", site.settings().info.name), html.to_html())
}

fn repeated_page(site: &Site, sentence: &'static str, (path, label): (&str, &'static str)) -> Page {
    let html = view! {
        <div class="narrow sections">
            <h1>"Đã gửi"</h1>
            <p class="status-line" role="status">{sentence}</p>
            <p><a class="button" href=path.to_owned()>{label}</a></p>
        </div>
    };
    Page::unlisted(format!("Đã gửi - {}", site.settings().info.name), html.to_html())
}

/// What a comment is called, and an inquiry.
struct Words {
    title: &'static str,
    correct: &'static str,
    corrected: &'static str,
    withdraw: &'static str,
    withdraw_this: &'static str,
    withdrawn: &'static str,
    link: &'static str,
}

const COMMENT_WORDS: Words = Words {
    title: "Ý kiến của ông/bà",
    correct: "Sửa ý kiến",
    corrected: "Ý kiến đã sửa phải chờ duyệt lại.",
    withdraw: "Rút ý kiến",
    withdraw_this: "Rút ý kiến này",
    withdrawn: "Sau khi rút, ý kiến được gỡ khỏi trang và không thể đăng lại.",
    link: "Không chia sẻ đường dẫn này: người có đường dẫn có thể sửa hoặc rút ý kiến của ông/bà.",
};
const INQUIRY_WORDS: Words = Words {
    title: "Lời nhắn của ông/bà",
    correct: "Sửa lời nhắn",
    corrected: "Lời nhắn đã sửa được xem lại từ đầu.",
    withdraw: "Rút lời nhắn",
    withdraw_this: "Rút lời nhắn này",
    withdrawn: "Sau khi rút, cơ quan không trả lời lời nhắn này nữa.",
    link: "Hãy lưu địa chỉ của trang này để xem câu trả lời. Không chia sẻ địa chỉ này: ai có nó đều đọc, sửa hoặc \
           rút được lời nhắn của ông/bà.",
};

fn words_for(comment: &OwnComment) -> &'static Words {
    if comment.is_inquiry() { &INQUIRY_WORDS } else { &COMMENT_WORDS }
}

fn describe_inquiry(comment: &OwnComment, is_answered: bool) -> &'static str {
    match comment.state {
        // what was corrected since waits for another answer
        CommentState::Published if is_answered => "Lời nhắn của ông/bà đã được trả lời.",
        CommentState::Published => "Lời nhắn của ông/bà đã được xử lý.",
        CommentState::Rejected => "Lời nhắn của ông/bà không được tiếp nhận.",
        CommentState::Removed if comment.is_withdrawn => "Ông/bà đã rút lời nhắn này.",
        CommentState::Removed => "Lời nhắn của ông/bà không được tiếp nhận.",
        CommentState::Pending | CommentState::Blocked => "Lời nhắn của ông/bà đang chờ trả lời.",
    }
}

fn answer_item(answer: &InquiryAnswer) -> impl IntoView + use<> {
    let corrected = answer.corrected_at.map(|at| format!(" · đã sửa lúc {}", clock::format_short(at)));
    let head = format!("Trả lời lúc {}{}", clock::format_short(answer.answered_at), corrected.unwrap_or_default());
    view! {
        <article class="card">
            <h2>"Trả lời của cơ quan"</h2>
            <p class="quiet">{head}</p>
            <p class="comment-body">{answer.body.clone()}</p>
        </article>
    }
}

fn describe_state(comment: &OwnComment) -> &'static str {
    match comment.state {
        CommentState::Published => "Ý kiến của ông/bà đã được đăng.",
        CommentState::Rejected => "Ý kiến của ông/bà không được đăng.",
        CommentState::Removed if comment.is_withdrawn => "Ông/bà đã rút ý kiến này.",
        CommentState::Removed => "Ý kiến của ông/bà đã được gỡ khỏi trang.",
        CommentState::Pending | CommentState::Blocked => "Ý kiến của ông/bà đang chờ duyệt.",
    }
}

fn page(
    site: &Site,
    (comment, answers): (&OwnComment, &[InquiryAnswer]),
    token: &str,
    (is_corrected, refusal): (bool, Option<Refusal>),
) -> Page {
    let words = words_for(comment);
    let article = comment.slug.as_ref().map(|slug| article_path(slug, comment.article_id)).unwrap_or_default();
    let state = match comment.is_inquiry() {
        true => describe_inquiry(comment, !answers.is_empty()),
        false => describe_state(comment),
    };
    let title = comment.title.clone().map(|title| {
        view! { <p class="quiet">"Bài viết: "<a href=article.clone()>{title}</a></p> }
    });
    let address = routes::OWN_COMMENT.with(token);
    let note = comment.note.clone().map(|note| view! { <p>{format!("Lý do: {note}")}</p> });
    let shown = (comment.state == CommentState::Published && !comment.is_inquiry()).then(|| {
        let href = format!("{article}?y-kien={0}#{1}", comment.id, anchor(comment.id));
        view! { <p><a href=href>"Xem trên trang"</a></p> }
    });
    let date = clock::format_short(comment.created_at);
    let html = view! {
        <div class="narrow sections">
            <h1>{words.title}</h1>
            {linked_summary_html(refusal.as_ref())}
            <p class="status-line" role="status" id=RESULT tabindex="-1">
                {is_corrected.then_some("Đã lưu bản sửa. ")} {state}
            </p>
            {note}
            {comment.block_note.clone().map(|note| view! { <p>{note}</p> })}
            {shown}
            <article class="card">
                {title}
                <p>
                    <strong>{comment.name.clone()}</strong>
                    " "
                    <span class="quiet"><time datetime=clock::format_iso(comment.created_at)>{date}</time></span>
                </p>
                <p class="comment-body">{comment.body.clone()}</p>
            </article>
            {answers.iter().map(answer_item).collect_view()}
            {comment.state.is_correctable().then(|| correction_form(comment, token, &address, refusal.as_ref()))}
            {(!comment.is_withdrawn).then(|| withdrawal_form(words, token, &address))}
            {erasure_form(token, &address)}
            <p class="quiet">{words.link}</p>
        </div>
    };
    let error = refusal.as_ref().map_or("", |_| "Lỗi: ");
    let title = format!("{error}{} - {}", words.title, site.settings().info.name);
    Page::unlisted(title, html.to_html()).with_error(refusal.map(|refusal| refusal.error))
}

fn correction_form(
    comment: &OwnComment,
    token: &str,
    address: &str,
    refusal: Option<&Refusal>,
) -> impl IntoView + use<> {
    let value = |field: &str, stored: &str| {
        let typed = refusal.map(|refusal| refusal.typed(field)).filter(|typed| !typed.is_empty());
        typed.unwrap_or_else(|| stored.to_owned())
    };
    let words = words_for(comment);
    let hint = (comment.state == CommentState::Published).then(|| view! { <p class="quiet">{words.corrected}</p> });
    let body = textarea_html(&value("body", &comment.body));
    view! {
        <form
            class="card"
            method="post"
            action=routes::CORRECT_COMMENT.path
            data-in-place=""
            data-draft=format!("sua-{}", comment.id)
            data-refused=refusal.map(|_| "")
        >
            <h2>{words.correct}</h2>
            <input type="hidden" name="token" value=token.to_owned()/>
            <input type="hidden" name="version" value=comment.version/>
            <input type="hidden" name=RETURN_TO value=address.to_owned()/>
            <div class="field">
                <label for="name">"Họ và tên"</label>
                <input
                    type="text"
                    id="name"
                    name="name"
                    autocomplete="name"
                    value=value("name", &comment.name)
                    aria-invalid=invalid_field(refusal, "name")
                />
            </div>
            <div class="field">
                <label for="body">"Nội dung"</label>
                <textarea
                    id="body"
                    name="body"
                    rows="6"
                    aria-invalid=invalid_field(refusal, "body")
                    inner_html=body
                ></textarea>
            </div>
            {hint}
            <button class="button">"Gửi bản đã sửa"</button>
        </form>
    }
}

fn withdrawal_form(words: &Words, token: &str, address: &str) -> impl IntoView + use<> {
    view! {
        <details class="more">
            <summary>{words.withdraw}</summary>
            <form method="post" action=routes::WITHDRAW_COMMENT.path data-in-place="">
                <input type="hidden" name="token" value=token.to_owned()/>
                <input type="hidden" name=RETURN_TO value=address.to_owned()/>
                <p class="quiet">{words.withdrawn}</p>
                <button class="button secondary">{words.withdraw_this}</button>
            </form>
        </details>
    }
}

fn erasure_form(token: &str, address: &str) -> impl IntoView + use<> {
    view! {
        <details class="more">
            <summary>"Xóa dữ liệu của tôi"</summary>
            <form method="post" action=routes::ERASE_WRITER.path data-in-place="" data-erases="">
                <input type="hidden" name="token" value=token.to_owned()/>
                <input type="hidden" name=RETURN_TO value=address.to_owned()/>
                <p class="quiet">
                    "Rút mọi ý kiến và lời nhắn gửi từ trình duyệt này, xóa họ tên, email, điện thoại và nội dung. "
                    "Các đánh giá đã cho không còn gắn với ông/bà."
                </p>
                <label class="check">
                    <input type="checkbox" id="sure" name="sure" value="1"/>
                    "Tôi hiểu dữ liệu đã xóa không thể khôi phục"
                </label>
                <button class="button secondary">"Xóa mọi dữ liệu của tôi"</button>
            </form>
        </details>
    }
}
