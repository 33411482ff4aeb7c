//! An article as it is written, as HTML: its form, what can be done with it, and its revisions.

use super::checklist::checklist;
use super::compare_html::{Names, compare_form, conflict, differences};
use super::form_fields::Values;
use super::form_html::{EditPage, Notice, common_fields, find_form_refusal, form, saved_form};
use super::store::Work;
use super::store::revisions::ListedRevision;
use super::{ArticleForm, Content, MAX_LINE, MAX_NOTE, PREVIEW_PART, Stage, Step, list_path, revision_path, work_path};
use crate::base::clock;
use crate::base::format::format_number;
use crate::base::keys::Key;
use crate::features::articles::ArticleKind;
use crate::features::documents::detail_lines;
use crate::features::media::Picture;
use crate::features::media::body::show_media;
use crate::features::media::html::{LEAD_SIZES, picture, upload_form, upload_notice};
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::view::textarea_html;
use leptos::prelude::*;

/// What a step did, in a sentence.
pub(super) fn done_sentence(step: Step) -> &'static str {
    match step {
        Step::Send => "Đã lưu và gửi duyệt.",
        Step::Recall => "Đã rút khỏi hàng chờ duyệt.",
        Step::Return => "Đã trả lại để sửa.",
        Step::Publish => "Đã đăng. Bạn đọc thấy bài viết ngay bây giờ.",
        Step::Schedule => "Đã hẹn giờ đăng.",
        Step::Unschedule => "Đã hủy hẹn giờ. Bài viết trở lại thành bản nháp.",
        Step::End => "Đã kết thúc đăng bài viết.",
        Step::Withdraw => "Đã gỡ bài viết.",
        Step::Discard => "Đã bỏ bản nháp. Ông/bà có thể khôi phục trong mục “Đã bỏ”.",
        Step::BringBack => "Đã khôi phục bản nháp.",
    }
}

/// The page of an article.
pub(super) fn edit_page(page: &EditPage) -> String {
    let work = &page.work;
    if work.is_discarded {
        return view! {
            <div class="room-content">
                <p class="notice">"Bản nháp này đã được bỏ."</p>
                <form method="post" action=routes::MOVE_ARTICLE.path>
                    {common_fields(work)}
                    <button class="button" name="step" value=Step::BringBack.value()>"Khôi phục"</button>
                </form>
            </div>
        }
        .to_html();
    }
    let all = match work.kind {
        ArticleKind::Article => "Tất cả bài viết",
        ArticleKind::Page => "Tất cả trang",
        ArticleKind::Document => "Tất cả văn bản",
    };
    let note = (!work.review_note.is_empty()).then(|| {
        let html = textarea_html(&work.review_note).replace('\n', "<br>");
        view! { <div class="notice"><p><strong>"Cần sửa:"</strong></p><p inner_html=html></p></div> }
    });
    view! {
        <div class="room-content edit-article">
            <p><a href=list_path(work.kind)>{all}</a></p>
            {page.notice.as_ref().map(Notice::view)}
            {upload_notice(page.upload.0, &page.upload.1)}
            {heading(work)}
            {note}
            {faults(page)}
            {others(page)}
            {other_text(page)}
            {own_copy(page)}
            {form(page)}
            {uploads(page)}
            {checklist(&page.checks)}
            {preview(page)}
            {steps(page)}
            {revision_list(page)}
        </div>
    }
    .to_html()
}

/// The form that uploads pictures for the article. With script it leaves what is being written as it is.
fn uploads(page: &EditPage) -> impl IntoView + use<> {
    view! {
        <div class="article-uploads">
            <noscript>
                <p class="notice">"Vui lòng bấm “Lưu” trước khi tải ảnh lên, để không mất những gì đang viết."</p>
            </noscript>
            {upload_form(work_path(page.work.id), "Tải ảnh và tệp lên", "picture", None)}
        </div>
    }
}

/// Where the article stands, and who saved it when.
fn heading(work: &Work) -> impl IntoView + use<> {
    let by = work.saved_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
    let saved = format!("{by} lưu lúc {}", clock::format_short(work.saved_at));
    let time = match work.stage {
        Stage::Scheduled => work.published_at.map(|at| format!("Sẽ đăng lúc {}", clock::format_short(at))),
        Stage::Published => work.published_at.map(|at| format!("Đăng từ {}", clock::format_short(at))),
        Stage::Ended => work.ends_at.map(|at| format!("Hết hạn lúc {}", clock::format_short(at))),
        _ => None,
    };
    let end = (work.stage == Stage::Published)
        .then_some(work.ends_at)
        .flatten()
        .map(|at| format!("đến {}", clock::format_short(at)));
    let line = [time, end, Some(saved)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let label = if work.kind == ArticleKind::Article { "Xem bài trên trang" } else { "Xem trên trang" };
    let public = (work.stage == Stage::Published).then(|| {
        view! { <a href=work.kind.path(&work.slug, work.id) rel="external">{label}</a> }
    });
    let unpublished = work.has_unpublished_text().then(|| {
        let sentence = match (work.stage, work.is_update_sent) {
            (Stage::Scheduled, _) => "Bản mới lưu chưa vào lịch đăng. Bấm “Hẹn giờ đăng” để đăng theo bản này.",
            (Stage::Published, true) => "Bản sửa đang chờ duyệt. Bạn đọc vẫn thấy bản đã đăng.",
            (Stage::Published, false) => "Có bản sửa chưa đăng. Bạn đọc vẫn thấy bản đã đăng.",
            _ => "Có bản sửa chưa đăng.",
        };
        view! { <p class="quiet">{sentence}</p> }
    });
    let withdrawn = (work.stage == Stage::Withdrawn).then(|| {
        let message = if work.moved_to.is_some() {
            "Địa chỉ của bài này dẫn sang một bài khác.".to_owned()
        } else {
            format!("Bạn đọc thấy: “{}”", work.withdrawal_message)
        };
        view! { <p class="quiet">{message}</p> }
    });
    view! {
        <p>
            <span class=format!("stage {}", work.stage.value())>{work.stage.label()}</span>
            " "
            <span class="quiet">{line}</span>
        </p>
        {public.map(|link| view! { <p>{link}</p> })}
        {unpublished}
        {withdrawn}
    }
}

/// How many readers reported a fault in it.
fn faults(page: &EditPage) -> Option<impl IntoView + use<>> {
    let count = format_number(page.faults);
    (page.faults > 0).then(|| {
        let path = routes::DESK_FAULTS.path;
        view! { <p class="notice">{count}" lời "<a href=path>"bạn đọc báo lỗi"</a>" bài này đang chờ."</p> }
    })
}

/// The link under which somebody without an account sees the saved text.
fn preview(page: &EditPage) -> Option<impl IntoView + use<>> {
    let work = &page.work;
    let (ends, link) = &page.preview;
    let is_offered = work.stage != Stage::Published || work.has_unpublished_text();
    let shown = link.clone().map(|link| {
        view! {
            <div class="field">
                <label for="xem-truoc">"Gửi liên kết này cho người cần xem. Liên kết chỉ hiện một lần"</label>
                <input type="text" id="xem-truoc" readonly value=link/>
            </div>
        }
    });
    let until = ends.map(|ends| {
        view! { <p class="quiet">{format!("Đang có một liên kết, dùng được đến {}.", clock::format_short(ends))}</p> }
    });
    let label = if ends.is_some() { "Tạo liên kết khác, bỏ liên kết cũ" } else { "Tạo liên kết" };
    let end = ends.map(|_| {
        view! {
            <form method="post" action=routes::END_PREVIEW.path>
                {common_fields(work)}
                <button class="button secondary">"Thu hồi liên kết"</button>
            </form>
        }
    });
    is_offered.then(|| {
        view! {
            <details class="more" id=PREVIEW_PART tabindex="-1" open=link.is_some()>
                <summary>"Liên kết xem trước, không cần đăng nhập"</summary>
                <div class="stack">
                    {shown}
                    {until}
                    <p class="quiet">"Cho thấy bản lưu gần nhất trong 7 ngày, hoặc đến khi bài được đăng."</p>
                    <div class="actions">
                        <form method="post" action=routes::CREATE_PREVIEW.path>
                            {common_fields(work)}
                            <button class="button secondary">{label}</button>
                        </form>
                        {end}
                    </div>
                </div>
            </details>
        }
    })
}

/// Who else is writing at it.
fn others(page: &EditPage) -> Option<impl IntoView + use<>> {
    let names = page.others.join(", ");
    (!names.is_empty()).then(|| view! { <p class="notice">{format!("{names} cũng đang sửa bài này.")}</p> })
}

/// What this person was writing and has not saved, with the way back to the text that was saved.
fn own_copy(page: &EditPage) -> Option<impl IntoView + use<>> {
    let copy = page.copy.as_ref().filter(|_| find_form_refusal(page.refusal.as_ref()).is_none())?;
    let since = clock::format_short(copy.updated_at);
    let work = &page.work;
    let later = (copy.revision < work.revision).then(|| {
        let by = work.saved_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
        let link = revision_path(work.id, work.revision);
        view! { <p>{by}" đã lưu một bản mới hơn: "<a href=link>"xem bản đó"</a>"."</p> }
    });
    Some(view! {
        <div class="notice">
            <p>{format!("Đây là bản ông/bà viết dở lúc {since}, chưa bấm lưu.")}</p>
            {later}
            <details class="more">
                <summary>"Bỏ bản viết dở"</summary>
                <form method="post" action=routes::DROP_COPY.path>
                    {common_fields(work)}
                    <p class="quiet">"Những gì viết dở sẽ mất; biểu mẫu trở lại bản đã lưu."</p>
                    <button class="button secondary">"Bỏ bản viết dở, mở bản đã lưu"</button>
                </form>
            </details>
        </div>
    })
}

/// The text that somebody else saved meanwhile, beside the one that was typed.
fn other_text(page: &EditPage) -> Option<impl IntoView + use<>> {
    let own = page.conflicting.as_ref()?;
    let theirs = ArticleForm { body: page.work.content.body.clone(), ..saved_form(page) };
    conflict(page, &theirs, own)
}

/// What can be done with the article as it is saved.
fn steps(page: &EditPage) -> impl IntoView + use<> {
    let work = &page.work;
    let refusal = page.refusal.as_ref().filter(|refusal| refusal.action == routes::MOVE_ARTICLE.path);
    let empty = ArticleForm::default();
    let values = Values { form: &empty, refusal };
    let (thing, copy) = match work.kind {
        ArticleKind::Article => ("bài", "Viết bài mới từ bài này"),
        ArticleKind::Page => ("trang này", "Viết trang mới từ trang này"),
        ArticleKind::Document => ("văn bản", "Thêm văn bản mới từ văn bản này"),
    };
    let is_offered = |step: Step| {
        let transition = step.find_transition(work.stage);
        let is_open = match step {
            Step::Recall | Step::Return => work.is_in_review(),
            Step::Discard => work.published_revision.is_none(),
            _ => true,
        };
        is_open && transition.is_some_and(|transition| page.staff.may(transition.permission))
    };
    let plain = |step: Step, label: &'static str| {
        is_offered(step).then(|| {
            view! {
                <form method="post" action=routes::MOVE_ARTICLE.path>
                    {common_fields(work)}
                    <button class="button secondary" name="step" value=step.value()>{label}</button>
                </form>
            }
        })
    };
    let is_refused = |step: Step| refusal.is_some_and(|refusal| refusal.typed("step") == step.value());
    let give_back = is_offered(Step::Return).then(|| {
        view! {
            <details class="more" open=is_refused(Step::Return)>
                <summary>"Trả lại để sửa"</summary>
                <form class="stack article-step" method="post" action=routes::MOVE_ARTICLE.path>
                    {common_fields(work)}
                    <input type="hidden" name="step" value=Step::Return.value()/>
                    {values.area("note", "Cần sửa gì", 3, Some(MAX_NOTE))}
                    <button class="button secondary">"Trả lại"</button>
                </form>
            </details>
        }
    });
    let withdraw = is_offered(Step::Withdraw).then(|| {
        let is_open = is_refused(Step::Withdraw);
        view! {
            <details class="more" open=is_open>
                <summary>{format!("Gỡ {thing} khỏi trang")}</summary>
                <form class="stack" method="post" action=routes::MOVE_ARTICLE.path>
                    {common_fields(work)}
                    <input type="hidden" name="step" value=Step::Withdraw.value()/>
                    {values.line("message", "Câu bạn đọc sẽ thấy thay vào đó", "text", MAX_LINE)}
                    {values.line("moved_to", "Hoặc dẫn sang nơi khác trên trang (dán địa chỉ)", "text", MAX_LINE)}
                    <p class="quiet">"Tiêu đề, nội dung, ảnh và ý kiến đều không còn hiện. Có thể đăng lại sau."</p>
                    <button class="button secondary">"Gỡ"</button>
                </form>
            </details>
        }
    });
    view! {
        <div class="article-steps">
            {plain(Step::Recall, "Rút khỏi hàng chờ duyệt")}
            {give_back}
            {plain(Step::Unschedule, "Hủy hẹn giờ")}
            {plain(Step::End, "Kết thúc đăng ngay")}
            {withdraw}
            {plain(Step::Discard, "Bỏ bản nháp")}
            <form method="post" action=routes::CREATE_ARTICLE.path>
                <input type="hidden" name="copy_of" value=work.id/>
                <input type="hidden" name=RETURN_TO value=work_path(work.id)/>
                <button class="button secondary">{copy}</button>
            </form>
        </div>
    }
}

fn revision_list(page: &EditPage) -> impl IntoView + use<> {
    let work = &page.work;
    let items = page.revisions.iter().map(|listed| {
        let by = listed.saved_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
        let published = listed.published_at.map(|_| " · đã đăng");
        let newest = (listed.revision == work.revision).then_some(" · mới nhất");
        let label = format!("Bản {}", listed.revision);
        view! {
            <li>
                <a href=revision_path(work.id, listed.revision)>{label}</a>
                " "
                <span class="quiet">
                    {format!("{by}, {}", clock::format_short(listed.saved_at))}
                    {published}
                    {newest}
                </span>
            </li>
        }
    });
    view! {
        <details class="more">
            <summary>{format!("Các bản đã lưu ({})", page.revisions.len())}</summary>
            <ul class="links">{items.collect_view()}</ul>
        </details>
    }
}

/// What is written on a document.
pub(super) fn document_lines(content: &Content) -> Option<impl IntoView + use<>> {
    let lines: Vec<_> = detail_lines(&content.document)
        .into_iter()
        .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
        .collect();
    (!lines.is_empty()).then(|| view! { <dl class="details">{lines}</dl> })
}

/// What the page of a revision shows.
pub(super) struct RevisionPage {
    pub(super) work: Work,
    pub(super) revision: i32,
    pub(super) content: Content,
    /// The text as a form shows it.
    pub(super) fields: ArticleForm,
    pub(super) categories: Vec<Category>,
    pub(super) pictures: Vec<(i64, Picture)>,
    pub(super) revisions: Vec<ListedRevision>,
    /// Another revision that it is compared with.
    pub(super) compared: Option<(i32, ArticleForm)>,
    /// Signs the addresses of players.
    pub(super) key: Key,
}

/// A revision as readers would see it, with the button that makes it the newest.
pub(super) fn revision_page(page: &RevisionPage) -> String {
    let RevisionPage { work, content, categories, pictures, .. } = page;
    let revision = page.revision;
    let compared = page.compared.as_ref().map(|(other, text)| {
        // the older one first, whichever was opened
        let (older, newer) = if *other < revision { (text, &page.fields) } else { (&page.fields, text) };
        let (one, two) = (revision.min(*other), revision.max(*other));
        view! {
            <section aria-labelledby="so-sanh">
                <h2 id="so-sanh">{format!("Từ bản {one} đến bản {two}")}</h2>
                {differences(older, newer, Names { categories, pictures })}
            </section>
        }
    });
    let chosen = page.compared.as_ref().map(|(other, _)| *other);
    let choice = compare_form(work.id, revision, &page.revisions, chosen);
    let category = categories.iter().find(|category| Some(category.id) == content.category);
    let category = category.map(|category| category.name.clone());
    let restore = (revision != work.revision && !work.is_discarded).then(|| {
        view! {
            <form method="post" action=routes::RESTORE_REVISION.path>
                {common_fields(work)}
                <input type="hidden" name="old" value=revision/>
                <button class="button">"Khôi phục bản này"</button>
            </form>
        }
    });
    let lead = pictures.iter().find(|(id, _)| Some(*id) == content.picture);
    let figure = lead.map(|(_, shown)| {
        let caption = content.caption.clone();
        view! { <figure>{picture(shown, LEAD_SIZES, false)}<figcaption>{caption}</figcaption></figure> }
    });
    let title = if content.title.is_empty() { "(Chưa có tiêu đề)".to_owned() } else { content.title.clone() };
    let source =
        (!content.source.is_empty()).then(|| view! { <p class="author">"Nguồn: "{content.source.clone()}</p> });
    view! {
        <div class="room-content">
            <p><a href=work_path(work.id)>"Về trang soạn bài"</a></p>
            <p class="quiet">{format!("Bản {revision}, nội dung như dưới đây.")}</p>
            {restore}
            {choice}
            {compared}
            <article class="article">
                <p class="category">{category}</p>
                <h2 class="article-title">{title}</h2>
                {(!content.lead.is_empty()).then(|| view! { <p class="lead">{content.lead.clone()}</p> })}
                {document_lines(content)}
                {figure}
                <div class="prose" inner_html=show_media(&content.body, pictures, &page.key)></div>
                {(!content.author.is_empty())
                    .then(|| view! { <p class="author">"Tác giả bài viết: "{content.author.clone()}</p> })}
                {source}
            </article>
        </div>
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_says_what_it_did() {
        for step in Step::ALL {
            assert!(done_sentence(step).ends_with('.'));
        }
    }
}
