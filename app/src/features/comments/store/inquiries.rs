//! Inquiries: comments that are written to the office and belong to no article.

use super::{NewComment, StoredComment, find_placement, hash_body, lock_and_find_repeated, store_new};
use crate::base::error::AppError;
use crate::features::comments::{Consent, Draft, INQUIRIES, Screening, Writer};
use sqlx::PgPool;
use time::OffsetDateTime;

/// What an inquiry has that other comments have not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InquiryFields {
    /// Where its writer wants to be called.
    pub phone: Option<String>,
    /// Whether it asks about what is stored of its writer.
    pub is_about_own_data: bool,
}

/// Stores an inquiry that waits for an answer, unless it is a repeat: see [`super::insert_comment`]. `screening` names
/// the day by which it is answered.
#[tracing::instrument(skip_all)]
pub async fn insert_inquiry(
    pool: &PgPool,
    writer: Writer,
    draft: &Draft,
    fields: &InquiryFields,
    consent: &Consent,
    mut screening: Screening,
) -> Result<StoredComment, AppError> {
    let hash = hash_body(&draft.body);
    let mut tx = pool.begin().await?;
    if let Some(stored) = lock_and_find_repeated(&mut tx, (INQUIRIES, None), writer, draft, fields).await? {
        tx.commit().await?;
        return Ok(stored);
    }
    let placement = find_placement(&mut tx, INQUIRIES, None, writer.visitor, &hash).await?;
    placement.add_reasons(&mut screening);
    let new =
        NewComment { article: INQUIRIES, parent: None, writer, draft, consent, screening, fields: fields.clone() };
    let id = store_new(&mut tx, &new, false).await?;
    tx.commit().await?;
    Ok(StoredComment { id, is_repeat: false, link_salt: Some(writer.link_salt.to_vec()), is_published: false })
}

/// An answer of the office to an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InquiryAnswer {
    pub body: String,
    pub answered_at: OffsetDateTime,
    /// When the office corrected it.
    pub corrected_at: Option<OffsetDateTime>,
}

/// Lists the office's answers to an inquiry, the first first; at most fifty.
#[tracing::instrument(skip(pool))]
pub async fn list_answers(pool: &PgPool, inquiry: i64) -> Result<Vec<InquiryAnswer>, AppError> {
    let answers = sqlx::query_as!(
        InquiryAnswer,
        r#"select body, published_at as "answered_at!", corrected_at
           from comments where answers = $1 and article_id = 0 and state = 'published' order by id limit 50"#,
        inquiry
    );
    Ok(answers.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::decide::{answer_comment, decide_comments};
    use crate::features::comments::store::own::{correct_comment, erase_writer, find_own_comment, withdraw_comment};
    use crate::features::comments::store::reports::insert_report;
    use crate::features::comments::store::retention::delete_expired_comments;
    use crate::features::comments::store::thread::list_comments;
    use crate::features::comments::store::{count_by_state, read_totals};
    use crate::features::comments::{CommentState, Decision, ReportReason};
    use crate::features::moderation::queue_query::{QueueQuery, Tab};
    use crate::features::moderation::store::queue::list_queue;
    use crate::features::questions::store::{count_answered, find_question};
    use crate::testing::{
        actor_of, decide_as, expiry, insert_article, insert_staff, list_actions, new_writer, send_comment,
    };
    use crate::web::visitor::Visitor;
    use time::{Date, Duration};

    const LATER: Date = time::macros::date!(2999 - 01 - 08);
    const SOON: Date = time::macros::date!(2999 - 01 - 03);

    fn draft(body: &str) -> Draft {
        Draft { name: "Lê Thị Hai".to_owned(), email: Some("hai@vidu.vn".to_owned()), body: body.to_owned() }
    }

    fn consent() -> Consent {
        Consent { version: "lien-he".to_owned(), text: "Tôi đồng ý".to_owned() }
    }

    /// Sends an inquiry as the visitor with this byte; returns its number and the hash of its private link.
    async fn send(pool: &PgPool, visitor: u8, body: &str, fields: &InquiryFields) -> (i64, [u8; 32]) {
        let due_on = Some(if fields.is_about_own_data { SOON } else { LATER });
        let screening = Screening { due_on, ..Screening::default() };
        let writer = new_writer(visitor);
        let stored = insert_inquiry(pool, writer, &draft(body), fields, &consent(), screening).await;
        (stored.expect("is stored").id, writer.link_hash)
    }

    #[sqlx::test]
    async fn the_same_again_is_not_stored_and_what_is_no_inquiry_is_refused(pool: PgPool) {
        let fields = InquiryFields::default();
        let (one, _) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &fields).await;
        let text = draft("Phường nhận hồ sơ ở đâu?");
        let again = insert_inquiry(&pool, new_writer(2), &text, &fields, &consent(), Screening::default()).await;
        let again = again.expect("is known");
        assert_eq!((again.id, again.is_repeat, again.is_published), (one, true, false));
        let of_another = insert_inquiry(&pool, new_writer(3), &text, &fields, &consent(), Screening::default()).await;
        assert_ne!(of_another.expect("is stored").id, one, "two people may ask the same");
        let short =
            insert_inquiry(&pool, new_writer(2), &draft("Sao?"), &fields, &consent(), Screening::default()).await;
        assert!(matches!(short, Err(AppError::Invalid(_))), "{short:?}");
        let long = InquiryFields { phone: Some("0".repeat(31)), is_about_own_data: false };
        let long = insert_inquiry(&pool, new_writer(4), &text, &long, &consent(), Screening::default()).await;
        assert!(long.is_err(), "{long:?}");
        assert_eq!(count_by_state(&pool).await.expect("counts").inquiries, 2);
    }

    async fn list(pool: &PgPool, tab: Tab) -> Vec<i64> {
        list_queue(pool, &QueueQuery::of_tab(tab)).await.expect("lists").rows.iter().map(|row| row.id).collect()
    }

    #[sqlx::test]
    async fn an_inquiry_waits_in_a_tab_of_its_own_until_it_is_answered(pool: PgPool) {
        let article = insert_article(&pool, "a").await;
        let comment = send_comment(&pool, article, None, 1, "Một ý kiến ở bài viết.").await.expect("is stored");
        let lan = insert_staff(&pool, "lan").await;
        let phone = InquiryFields { phone: Some("0912 345 678".to_owned()), is_about_own_data: false };
        let (one, link) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &phone).await;
        let own_data = InquiryFields { phone: None, is_about_own_data: true };
        let (two, _) = send(&pool, 3, "Cho tôi xem dữ liệu của tôi.", &own_data).await;
        assert_eq!(send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &phone).await.0, one, "the same again is the same one");
        assert_eq!(list(&pool, Tab::Inquiries).await, [two, one], "what is due first stands on top");
        assert_eq!(list(&pool, Tab::Pending).await, [comment]);
        assert!(list(&pool, Tab::Unanswered).await.is_empty());
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.pending, counts.inquiries, counts.unanswered), (1, 2, 0));
        let row = list_queue(&pool, &QueueQuery::of_tab(Tab::Inquiries)).await.expect("lists").rows.remove(1);
        assert_eq!((row.phone.as_deref(), row.email.as_deref()), (Some("0912 345 678"), Some("hai@vidu.vn")));

        let answered = answer_comment(&pool, actor_of(&lan), (one, 1), "Phường", "Tại bộ phận một cửa.").await;
        answered.expect("answers").expect("is first");
        assert_eq!(list(&pool, Tab::Inquiries).await, [two]);
        assert!(list(&pool, Tab::DoneInquiries).await.contains(&one) && list(&pool, Tab::Published).await.is_empty());
        assert!(find_question(&pool, one).await.expect("reads").expect("is one").answered_at.is_some());
        let answers = list_answers(&pool, one).await.expect("lists");
        assert_eq!(answers.iter().map(|answer| answer.body.as_str()).collect::<Vec<_>>(), ["Tại bộ phận một cửa."]);
        assert!(list_answers(&pool, two).await.expect("lists").is_empty());
        assert!(find_own_comment(&pool, &link).await.expect("reads").expect("is there").is_inquiry());
        // it counts among no questions that readers are told of
        let year = crate::base::clock::local_day(OffsetDateTime::now_utc()).year();
        assert_eq!(count_answered(&pool, None, year).await, Ok((0, 0)));
        assert_eq!(list_actions(&pool).await, ["approve", "answer"]);
    }

    #[sqlx::test]
    async fn nothing_that_is_decided_shows_an_inquiry_to_anybody(pool: PgPool) {
        let article = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let (one, _) = send(&pool, 2, "Xin hỏi về hộ khẩu của tôi.", &InquiryFields::default()).await;
        decide_as(&pool, &lan, one, 1, Decision::Approve).await.expect("decides").expect("is first");
        assert_eq!(read_totals(&pool, INQUIRIES).await.expect("reads").shown, 0);
        assert_eq!(read_totals(&pool, article).await.expect("reads").shown, 0);
        assert!(list_comments(&pool, article, 1, None).await.expect("lists").is_empty());
        let report = insert_report(&pool, one, (Visitor([9; 32]), None), ReportReason::Insult, None).await;
        assert_eq!(report, Err(AppError::NotFound));
        let reply = send_comment(&pool, article, Some(one), 4, "Trả lời một lời nhắn.").await;
        assert!(matches!(reply, Err(AppError::Invalid(_))), "{reply:?}");
        assert_eq!(send_comment(&pool, INQUIRIES, None, 4, "Viết thẳng vào hộp thư.").await, Err(AppError::NotFound));
        // undoing brings it back to where it waited
        decide_as(&pool, &lan, one, 2, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!(list(&pool, Tab::Inquiries).await, [one]);
        decide_as(&pool, &lan, one, 3, Decision::Reject).await.expect("decides").expect("is first");
        assert_eq!((list(&pool, Tab::RefusedInquiries).await, list(&pool, Tab::Rejected).await), (vec![one], vec![]));
    }

    #[sqlx::test]
    async fn its_writer_corrects_withdraws_and_erases_it(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let fields = InquiryFields { phone: Some("0912345678".to_owned()), is_about_own_data: false };
        let (one, link) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &fields).await;
        let answered = answer_comment(&pool, actor_of(&lan), (one, 1), "Phường", "Tại bộ phận một cửa.").await;
        answered.expect("answers").expect("is first");
        let screening = Screening { due_on: Some(LATER), ..Screening::default() };
        let corrected =
            correct_comment(&pool, &link, 2, &draft("Và nhận lúc mấy giờ?"), &screening).await.expect("corrects");
        assert_eq!(corrected, Ok(INQUIRIES));
        assert_eq!(list(&pool, Tab::Inquiries).await, [one], "it asks something else");
        withdraw_comment(&pool, &link).await.expect("withdraws");
        assert_eq!(list(&pool, Tab::WithdrawnInquiries).await, [one]);
        erase_writer(&pool, &link).await.expect("erases");
        let left: (Option<String>, Option<String>, String) =
            sqlx::query_as("select phone, email, name from comments where id = $1")
                .bind(one)
                .fetch_one(&pool)
                .await
                .expect("reads");
        assert_eq!(left, (None, None, "Đã xóa".to_owned()));
        assert_eq!(find_question(&pool, one).await, Ok(None));
    }

    #[sqlx::test]
    async fn done_inquiries_go_with_their_answers_at_an_age_of_their_own(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let (one, _) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &InquiryFields::default()).await;
        let (waiting, _) = send(&pool, 3, "Bao giờ có lịch tiêm?", &InquiryFields::default()).await;
        let answered = answer_comment(&pool, actor_of(&lan), (one, 1), "Phường", "Tại bộ phận một cửa.").await;
        answered.expect("answers").expect("is first");
        let (past, future) = (OffsetDateTime::now_utc() - Duration::DAY, OffsetDateTime::now_utc() + Duration::DAY);
        // comments are kept shorter, and inquiries longer
        let kept = super::super::retention::Expiry { inquiries: past, ..expiry(future, future) };
        assert_eq!(delete_expired_comments(&pool, kept).await, Ok(Vec::new()));
        assert_eq!(delete_expired_comments(&pool, expiry(future, past)).await, Ok(vec![INQUIRIES]));
        let left = sqlx::query_scalar::<_, i64>("select id from comments").fetch_all(&pool).await.expect("reads");
        assert_eq!(left, [waiting], "what waits stays for a person");
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.inquiries, counts.done_inquiries), (1, 0));
    }

    #[sqlx::test]
    async fn of_two_who_answer_the_same_inquiry_one_is_first(pool: PgPool) {
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let (one, _) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &InquiryFields::default()).await;
        let answer = async |by: &crate::web::staff::Staff, body: &str| {
            answer_comment(&pool, actor_of(by), (one, 1), "Phường", body).await.expect("answers")
        };
        let (a, b) = tokio::join!(answer(&lan, "Tại bộ phận một cửa."), answer(&minh, "Ở tầng trệt, cửa số hai."));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
        assert_eq!(list_answers(&pool, one).await.expect("lists").len(), 1);
        let refused =
            decide_comments(&pool, actor_of(&minh), &[(one, 1)], Decision::Reject, None).await.expect("decides");
        assert_eq!((refused.decided.len(), refused.overtaken[0].is_inquiry), (0, true));
        let state = sqlx::query_scalar::<_, CommentState>("select state from comments where id = $1").bind(one);
        assert_eq!(state.fetch_one(&pool).await.expect("reads"), CommentState::Published);
    }

    #[sqlx::test]
    async fn an_inquiry_waits_again_once_its_answer_is_taken_back(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let (one, _) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &InquiryFields::default()).await;
        let answer = async |version: i32, body: &str| {
            answer_comment(&pool, actor_of(&lan), (one, version), "Phường", body).await.expect("answers").expect("ok");
            let latest = "select id, version from comments where answers = $1 order by id desc limit 1";
            let latest = sqlx::query_as::<_, (i64, i32)>(latest).bind(one);
            latest.fetch_one(&pool).await.expect("reads")
        };
        // the answer alone is undone
        let (first, version) = answer(1, "Tại bộ phận một cửa.").await;
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.inquiries, counts.done_inquiries), (0, 1), "an answer counts for nothing by itself");
        assert_eq!(list(&pool, Tab::DoneInquiries).await, [one]);
        decide_as(&pool, &lan, first, version, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!(list(&pool, Tab::Inquiries).await, [one]);
        assert!(list(&pool, Tab::WithdrawnInquiries).await.is_empty(), "nobody withdrew anything");
        // the inquiry alone is undone
        answer(3, "Ở tầng trệt, cửa số hai.").await;
        decide_as(&pool, &lan, one, 4, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!(list(&pool, Tab::Inquiries).await, [one], "it waits, although an answer stands");
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.inquiries, counts.done_inquiries), (1, 0));
        // an answer to what was done before is taken back, and it stays done
        decide_as(&pool, &lan, one, 5, Decision::Approve).await.expect("decides").expect("is first");
        let (third, version) = answer(6, "Mang theo căn cước công dân.").await;
        decide_as(&pool, &lan, third, version, Decision::Undo).await.expect("decides").expect("is first");
        assert!(list(&pool, Tab::Inquiries).await.is_empty());
        let nothing = decide_as(&pool, &lan, one, 7, Decision::Remove).await.expect("decides");
        assert!(nothing.is_err(), "nobody sees it, so it is not taken down");
    }

    #[sqlx::test]
    async fn the_same_text_with_another_wish_is_another_inquiry(pool: PgPool) {
        let (one, _) = send(&pool, 2, "Cho tôi xem dữ liệu của tôi.", &InquiryFields::default()).await;
        let phone = InquiryFields { phone: Some("0912345678".to_owned()), is_about_own_data: false };
        let (two, _) = send(&pool, 2, "Cho tôi xem dữ liệu của tôi.", &phone).await;
        let own_data = InquiryFields { is_about_own_data: true, ..phone };
        let (three, _) = send(&pool, 2, "Cho tôi xem dữ liệu của tôi.", &own_data).await;
        for (fields, known) in [(own_data, three), (InquiryFields::default(), one)] {
            assert_eq!(send(&pool, 2, "Cho tôi xem dữ liệu của tôi.", &fields).await.0, known, "whichever came last");
        }
        assert_eq!(list(&pool, Tab::Inquiries).await, [three, one, two]);
    }

    #[sqlx::test]
    async fn inquiries_of_a_blocked_writer_wait_apart_and_the_figures_know_of_none(pool: PgPool) {
        use crate::features::comments::store::blocks::{Blocking, block_writer};
        use crate::features::moderation::store::figures::{list_days, list_moderators};
        let article = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, article, None, 2, "Một ý kiến ở bài viết.").await.expect("is stored");
        let (one, link) = send(&pool, 2, "Phường nhận hồ sơ ở đâu?", &InquiryFields::default()).await;
        let block = Blocking::Begin { until: None, note: None };
        block_writer(&pool, actor_of(&lan), comment, block).await.expect("blocks");
        assert_eq!(list(&pool, Tab::BlockedInquiries).await, [one]);
        assert_eq!(list(&pool, Tab::Blocked).await, [comment]);
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.blocked, counts.blocked_inquiries, counts.inquiries), (1, 1, 0));
        block_writer(&pool, actor_of(&lan), comment, Blocking::End { seen: None }).await.expect("unblocks");
        assert_eq!(list(&pool, Tab::Inquiries).await, [one]);
        let version = find_own_comment(&pool, &link).await.expect("reads").expect("is there").version;
        let refused = decide_comments(&pool, actor_of(&lan), &[(one, version)], Decision::Reject, Some("Lạc đề")).await;
        assert_eq!(refused.expect("decides").decided.len(), 1);
        let (from, until) = (time::macros::date!(2020 - 01 - 01), time::macros::date!(2999 - 01 - 01));
        assert_eq!(list_days(&pool, from, until).await, Ok(Vec::new()));
        let moderators = list_moderators(&pool, from, until).await.expect("lists");
        assert!(moderators.iter().all(|moderator| moderator.rejected == 0), "{moderators:?}");
    }

    #[sqlx::test]
    async fn what_the_office_answered_goes_with_what_its_writer_erases(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let (one, link) = send(&pool, 2, "Cho tôi xem dữ liệu của tôi.", &InquiryFields::default()).await;
        let answered = answer_comment(&pool, actor_of(&lan), (one, 1), "Phường", "Họ tên: Lê Thị Hai.").await;
        answered.expect("answers").expect("is first");
        erase_writer(&pool, &link).await.expect("erases");
        let bodies = sqlx::query_scalar::<_, String>("select body from comments").fetch_all(&pool).await;
        assert_eq!(bodies.expect("reads"), ["Người gửi đã xóa lời nhắn này."]);
    }
}
